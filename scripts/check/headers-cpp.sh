#!/usr/bin/env bash
# Compiles the public headers as C++17, with every warning as an error.
set -euo pipefail
flags=(-std=c++17 -fsyntax-only -Iruntime-c/include -Wall -Wextra -Wconversion -Wshadow
    -Wdouble-promotion -Wpedantic -Wold-style-cast -Werror)

g++ "${flags[@]}" test/c/headers.cpp
clang++-19 "${flags[@]}" test/c/headers.cpp
clang++-19 --target=aarch64-linux-gnu "${flags[@]}" test/c/headers.cpp
clang++-19 --target=thumbv8.1m.main-none-eabihf -mcpu=cortex-m55 -mfloat-abi=hard \
    -isystem /usr/lib/arm-none-eabi/include "${flags[@]}" test/c/headers.cpp
