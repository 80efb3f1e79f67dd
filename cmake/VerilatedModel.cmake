# SPDX-License-Identifier: Apache-2.0
find_package(verilator 5.006 REQUIRED HINTS $ENV{VERILATOR_ROOT} /usr/share/verilator)

# What every model is compiled with, whatever the build: not instrumented (minutes, for generated code), without our warnings.
# The same flags and paths in each build: with ccache a model is compiled once for all of them.
set(MODEL_OPTIONS -w -g0)

# Verilator's own C++, which all models share.
add_library(verilator_runtime STATIC EXCLUDE_FROM_ALL)
target_sources(verilator_runtime PRIVATE ${VERILATOR_ROOT}/include/verilated.cpp ${VERILATOR_ROOT}/include/verilated_fst_c.cpp
                                         ${VERILATOR_ROOT}/include/verilated_threads.cpp)
set_target_properties(verilator_runtime PROPERTIES POSITION_INDEPENDENT_CODE ON COMPILE_OPTIONS "${MODEL_OPTIONS};-O3")
target_include_directories(verilator_runtime SYSTEM PUBLIC ${VERILATOR_ROOT}/include ${VERILATOR_ROOT}/include/vltstd)
target_compile_definitions(verilator_runtime PUBLIC VL_USER_STOP VL_TIME_CONTEXT
                           PRIVATE VM_COVERAGE=0 VM_SC=0 VM_TRACE=1 VM_TRACE_FST=1 VM_TRACE_VCD=0)
find_package(ZLIB REQUIRED)   # of FST
target_link_libraries(verilator_runtime PUBLIC ${VERILATOR_MT_CFLAGS} ZLIB::ZLIB verilator_support)
set_property(SOURCE ${VERILATOR_ROOT}/include/verilated.cpp
             PROPERTY COMPILE_OPTIONS -DVL_PRINTF=scx_model_printf -include ${PROJECT_SOURCE_DIR}/sim/model_print.h)

# verilated_model(NAME TOP module PREFIX Vname SOURCES files [ARGS verilator arguments] [TRACE] [SYSTEMC]):
# one static library per model, built once; tests and the bridge link it.
function(verilated_model name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TRACE;SYSTEMC" "TOP;PREFIX" "SOURCES;ARGS")
  add_library(${name} STATIC)
  set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ${SCX_SANITIZE} COMPILE_OPTIONS "${MODEL_OPTIONS}")
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
  get_target_property(sources ${name} SOURCES)
  list(FILTER sources EXCLUDE REGEX "^${VERILATOR_ROOT}/include/")   # verilator_runtime has them
  set_target_properties(${name} PROPERTIES SOURCES "${sources}")
  target_include_directories(${name} SYSTEM INTERFACE
    $<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>)
  target_link_libraries(${name} PUBLIC verilator_runtime)
endfunction()
