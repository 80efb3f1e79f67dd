# SPDX-License-Identifier: Apache-2.0
# RTL_HASH: of all that the SoC is made from; SHIPPED_RTL_HASH: of the RTL that this repository has proved. Editing one of the
# files configures anew, as the Verilator run does.
get_filename_component(rtl_dir ${CMAKE_CURRENT_SOURCE_DIR}/../rtl ABSOLUTE)
set(rtl_hash_script ${CMAKE_CURRENT_SOURCE_DIR}/../scripts/rtl_hash)
file(GLOB_RECURSE rtl_files CONFIGURE_DEPENDS ${rtl_dir}/*.v ${rtl_dir}/*.vh)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${rtl_files} ${rtl_dir}/registers.yaml ${rtl_dir}/shipped.sha256
             ${rtl_hash_script})
execute_process(COMMAND ${Python3_EXECUTABLE} ${rtl_hash_script} OUTPUT_VARIABLE RTL_HASH OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
file(STRINGS ${rtl_dir}/shipped.sha256 SHIPPED_RTL_HASH LIMIT_COUNT 1)
