# SPDX-License-Identifier: Apache-2.0
# Run by CMake at build time: writes OUTPUT, a header in which kAssets holds name and text of each of the files INPUTS.
set(entries "")
foreach(file IN LISTS INPUTS)
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"asset(${text})asset\"},\n")
endforeach()
list(LENGTH INPUTS count)
file(WRITE ${OUTPUT} "// Generated from the files it names. Do not edit.
#pragma once
#include <array>
#include <string_view>
#include <utility>

inline constexpr std::array<std::pair<std::string_view, std::string_view>, ${count}> kAssets{{
${entries}}};
")
