# SPDX-License-Identifier: Apache-2.0
find_package(verilator 5.006 REQUIRED HINTS $ENV{VERILATOR_ROOT} /usr/share/verilator)

# verilated_model(NAME TOP module PREFIX Vname SOURCES files [ARGS verilator arguments] [TRACE] [SYSTEMC]):
# one static library per model, built once; tests and the bridge link it. Generated code is compiled without our warnings.
function(verilated_model name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TRACE;SYSTEMC" "TOP;PREFIX" "SOURCES;ARGS")
  add_library(${name} STATIC)
  set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ${SCX_SANITIZE})
  set(trace "")
  if(arg_TRACE)
    set(trace TRACE_FST)
  endif()
  set(language "")
  if(arg_SYSTEMC)
    set(language SYSTEMC)
  endif()
  verilate(${name} ${trace} ${language}
    TOP_MODULE ${arg_TOP} PREFIX ${arg_PREFIX} SOURCES ${arg_SOURCES}
    INCLUDE_DIRS ${PROJECT_SOURCE_DIR}/rtl/include ${GENERATED_DIR}
    OPT_FAST -O3 OPT_SLOW -O0   # slow files run once; optimising them is most of a cold build
    VERILATOR_ARGS -Wall --default-language 1364-2005 --assert --x-assign unique --x-initial unique ${arg_ARGS})
  target_include_directories(${name} SYSTEM INTERFACE
    $<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>)
  target_compile_options(${name} PRIVATE -w $<$<BOOL:${SCX_SANITIZE}>:-fno-sanitize=all>)   # generated: minutes to instrument
  target_compile_definitions(${name} PUBLIC VL_USER_STOP VL_TIME_CONTEXT)
  target_link_libraries(${name} PUBLIC verilator_support)   # what $stop becomes, and what $display prints
  set_property(SOURCE ${VERILATOR_ROOT}/include/verilated.cpp
               PROPERTY COMPILE_OPTIONS -DVL_PRINTF=scx_model_printf -include ${PROJECT_SOURCE_DIR}/sim/model_print.h)
endfunction()
