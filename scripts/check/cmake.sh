#!/usr/bin/env bash
# Builds and runs a CMake project that adds runtime and generated model from source.
set -euo pipefail
cd "$(dirname "$0")/../.."

cmake -S test/cmake -B build/cmake -DCMAKE_BUILD_TYPE=Release
cmake --build build/cmake
build/cmake/program
