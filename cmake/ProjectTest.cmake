# SPDX-License-Identifier: Apache-2.0
find_package(GTest REQUIRED)
include(GoogleTest)

# GoogleTest's headers are two thirds of what a test file costs to compile: they are compiled once, for all test programs.
# Test files still include what they use (CMAKE_DISABLE_PRECOMPILE_HEADERS=ON shows it).
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_headers.cpp CONTENT "// compiled for its precompiled headers only\n")
add_library(test_headers OBJECT ${CMAKE_BINARY_DIR}/test_headers.cpp)
target_link_libraries(test_headers PRIVATE project_options GTest::gmock)
target_precompile_headers(test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h> <filesystem> <fstream> <map> <string> <vector>)
# A test runs for milliseconds and its code is compiled at each change.
set(TEST_OPTIONS $<$<CONFIG:Release>:-O0>)
target_compile_options(test_headers PRIVATE ${TEST_OPTIONS})

# What runs under sanitizers is our C++: other levels only cost time there.
set(SANITIZED_LEVELS unit sim)
option(SCX_UNIT_TESTS "build the tests of level unit; off where another build tree runs them, under sanitizers" ON)

# project_test(NAME SOURCES a.cpp ... LIBS lib ... LABEL unit [PREFIX unit.docs] [TIMEOUT seconds] [SLOW pattern ...]): one test
# binary; each case is its own CTest entry and process, named LABEL.Suite.Case or PREFIX.Suite.Case. FIXTURES: CTest fixtures that
# all of them require. SLOW: GoogleTest patterns of the cases that take long: their label is slow, so that neither `./test fast`
# nor the sanitizers run them.
function(project_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;PREFIX;TIMEOUT;FIXTURES" "SOURCES;LIBS;SLOW")
  if(NOT arg_PREFIX)
    set(arg_PREFIX ${arg_LABEL})
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)  # against hangs only
  endif()
  if(SCX_SANITIZE)
    math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")  # up to ten times slower than a release build
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} project_options GTest::gtest GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${TEST_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM test_headers)
  set(elsewhere OFF)
  if(SCX_SANITIZE AND NOT arg_LABEL IN_LIST SANITIZED_LEVELS)
    set(elsewhere ON)
  elseif(arg_LABEL STREQUAL unit AND NOT SCX_UNIT_TESTS)
    set(elsewhere ON)
  endif()
  if(elsewhere)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_FIXTURES)
    list(APPEND properties FIXTURES_REQUIRED ${arg_FIXTURES})
  endif()
  list(JOIN arg_SLOW ":" slow)
  gtest_discover_tests(${name} TEST_PREFIX ${arg_PREFIX}. TEST_FILTER "-${slow}" TEST_LIST ${name}_TESTS DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${arg_LABEL} ${properties})
  if(slow)
    gtest_discover_tests(${name} TEST_PREFIX ${arg_PREFIX}. TEST_FILTER "${slow}" TEST_LIST ${name}_SLOW_TESTS DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS slow ${properties})
  endif()
endfunction()
