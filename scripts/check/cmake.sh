#!/usr/bin/env bash
# Builds and runs a CMake project that adds runtime and generated model from source, all by default.
set -euo pipefail
cd "$(dirname "$0")/../.."

cmake -S test/cmake -B build/cmake
cmake --build build/cmake --parallel 2
build/cmake/program
