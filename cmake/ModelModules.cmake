# SPDX-License-Identifier: Apache-2.0
# The SoC's models, one for each number of harts: modules that scripts/build_model makes, here or when a run asks for one.
# models.json tells it how; the folder is named after all that a model is made from and with, so what lies there fits.

function(json_list out)
  set(items "")
  foreach(item IN LISTS ARGN)
    string(REPLACE "\\" "\\\\" item "${item}")
    string(REPLACE "\"" "\\\"" item "${item}")
    list(APPEND items "\"${item}\"")
  endforeach()
  list(JOIN items ", " items)
  set(${out} "[${items}]" PARENT_SCOPE)
endfunction()

set(MODEL_SETTINGS ${PROJECT_BINARY_DIR}/models.json)
set(BUILD_MODEL ${PROJECT_SOURCE_DIR}/scripts/build_model)

# What the clock loop in the module is compiled with, beside the model: as the rest of ours.
set(entry_flags -I${PROJECT_SOURCE_DIR} -I${GENERATED_DIR} -isystem ${VERILATOR_ROOT}/include -isystem ${VERILATOR_ROOT}/include/vltstd
    -DVL_USER_STOP -DVL_TIME_CONTEXT -g1 -O3 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
    -fno-strict-aliasing)   # the packed ports are read as arrays of their fields (model.h)
set(model_flags ${MODEL_OPTIONS} -I${VERILATOR_ROOT}/include -I${VERILATOR_ROOT}/include/vltstd -DVL_USER_STOP -DVL_TIME_CONTEXT
    -DVM_COVERAGE=0 -DVM_SC=0 -DVM_TRACE=1 -DVM_TRACE_FST=1 -DVM_TRACE_VCD=0)
foreach(flags entry_flags model_flags)
  list(APPEND ${flags} -fvisibility=hidden -fno-gnu-unique)   # models of one process share nothing
endforeach()
set(linker ${CMAKE_CXX_COMPILER})
if(SCX_SANITIZE)
  list(APPEND entry_flags -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  list(APPEND linker -fsanitize=address,undefined)
endif()
separate_arguments(user_flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")

file(GLOB_RECURSE rtl_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rtl/*.v ${PROJECT_SOURCE_DIR}/rtl/*.vh)
file(GLOB sim_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sim/*.h)
set(made_from ${rtl_files} ${sim_headers} ${PROJECT_SOURCE_DIR}/rtl/registers.yaml ${PROJECT_SOURCE_DIR}/sim/model_module.cpp
    ${PROJECT_SOURCE_DIR}/sim/verilator_stop.cpp ${PROJECT_SOURCE_DIR}/scripts/gen_registers.py
    ${PROJECT_SOURCE_DIR}/scripts/gen_soc_pins.py ${PROJECT_SOURCE_DIR}/scripts/verilog.py ${BUILD_MODEL})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${made_from})

json_list(json_verilator ${VERILATOR_BIN} --cc --trace-fst -Wall --default-language 1364-2005 --assert --x-assign unique --x-initial unique
          -y ${PROJECT_SOURCE_DIR}/rtl/include -y ${GENERATED_DIR})
json_list(json_sources ${SOC_SOURCES})
json_list(json_compiler ${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER} ${user_flags})
json_list(json_linker ${linker} ${user_flags})
json_list(json_model_flags ${model_flags})
json_list(json_entry_flags ${entry_flags})
json_list(json_made_from ${made_from})
json_list(json_libraries ${PROJECT_BINARY_DIR}/libverilator_runtime.a ${PROJECT_BINARY_DIR}/sim/libverilator_support.a -lz -pthread)
file(CONFIGURE OUTPUT ${MODEL_SETTINGS} CONTENT [[{
  "versions": "verilator @verilator_VERSION@, @CMAKE_CXX_COMPILER_ID@ @CMAKE_CXX_COMPILER_VERSION@",
  "folder": "@PROJECT_BINARY_DIR@/models",
  "verilator": @json_verilator@,
  "sources": @json_sources@,
  "entry": "@PROJECT_SOURCE_DIR@/sim/model_module.cpp",
  "compiler": @json_compiler@,
  "model_flags": @json_model_flags@,
  "entry_flags": @json_entry_flags@,
  "linker": @json_linker@,
  "libraries": @json_libraries@,
  "made_from": @json_made_from@
}
]] @ONLY)
execute_process(COMMAND ${Python3_EXECUTABLE} ${BUILD_MODEL} ${MODEL_SETTINGS} --print-key OUTPUT_VARIABLE MODEL_KEY
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(MODEL_FOLDER ${PROJECT_BINARY_DIR}/models/${MODEL_KEY})
file(CONFIGURE OUTPUT ${GENERATED_DIR}/model_folder.h @ONLY CONTENT [[// SPDX-License-Identifier: Apache-2.0
// Generated at configure time. Do not edit.
#pragma once

namespace sim {

inline constexpr const char* kModelFolder = "@MODEL_FOLDER@";                      // hN.so: N harts
inline constexpr const char* kModelKey = "@MODEL_KEY@";                            // its name
inline constexpr const char* kBuildModel[] = {"@BUILD_MODEL@", "@MODEL_SETTINGS@"};  // the command; then harts and --key

}  // namespace sim
]])

# soc_h4 is also a library, for tests and benchmarks that drive the Verilated class themselves.
set(SOC_H4 ${MODEL_FOLDER}/soc_h4)
set(modules "")
foreach(harts ${SCX_HART_COUNTS})
  set(static "")
  set(library "")
  if(harts EQUAL 4)
    set(static --static ${SOC_H4})
    set(library ${SOC_H4}/libVsoc.a)
  endif()
  add_custom_command(OUTPUT ${MODEL_FOLDER}/h${harts}.so ${library}
    COMMAND Python3::Interpreter ${BUILD_MODEL} ${MODEL_SETTINGS} ${harts} --jobs 2 ${static}
    DEPENDS ${made_from} verilator_runtime verilator_support ${GENERATED_DIR}/regs.vh ${GENERATED_DIR}/platform.h
            ${GENERATED_DIR}/soc_pins.h
    COMMENT "Building the model with ${harts} harts" VERBATIM)
  add_custom_target(model_h${harts} DEPENDS ${MODEL_FOLDER}/h${harts}.so ${library})
  list(APPEND modules model_h${harts})
endforeach()
add_custom_target(model_modules ALL)
add_dependencies(model_modules ${modules})
if("4" IN_LIST SCX_HART_COUNTS)
  add_library(soc_h4 INTERFACE)
  target_include_directories(soc_h4 SYSTEM INTERFACE ${SOC_H4})
  target_link_libraries(soc_h4 INTERFACE ${SOC_H4}/libVsoc.a verilator_runtime)
  add_dependencies(soc_h4 model_h4)
endif()
