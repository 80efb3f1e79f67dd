# SPDX-License-Identifier: Apache-2.0
# RTL_HASH: SHA-256 over the names and contents of all that the SoC is made from. Editing one of them configures anew, as
# the Verilator run does.
get_filename_component(rtl_dir ${CMAKE_CURRENT_SOURCE_DIR}/../rtl ABSOLUTE)
file(GLOB_RECURSE rtl_files RELATIVE ${rtl_dir} CONFIGURE_DEPENDS ${rtl_dir}/*.v ${rtl_dir}/*.vh ${rtl_dir}/registers.yaml)
list(SORT rtl_files)
set(rtl_text "")
foreach(rtl_file ${rtl_files})
  file(SHA256 ${rtl_dir}/${rtl_file} digest)
  string(APPEND rtl_text "${rtl_file} ${digest}\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${rtl_dir}/${rtl_file})
endforeach()
string(SHA256 RTL_HASH "${rtl_text}")
