#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: check_freestanding.sh CXX PROJECT_DIR GENERATED_DIR SOURCE...
# Compiles each source for bare RV32; fails on the first that needs more than a freestanding compiler gives.
set -eu
cxx=$1 project=$2 generated=$3
shift 3
test $# -gt 0
for source in "$@"; do
  "$cxx" -std=c++20 -ffreestanding -fno-exceptions -fno-rtti -march=rv32imac -mabi=ilp32 -fsyntax-only \
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I"$project" -I"$generated" "$source"
done
echo "$# files compile freestanding"
