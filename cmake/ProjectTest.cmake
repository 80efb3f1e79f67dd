# SPDX-License-Identifier: Apache-2.0
find_package(GTest REQUIRED)
include(GoogleTest)

# project_test(NAME SOURCES a.cpp ... LIBS lib ... LABEL unit [TIMEOUT seconds] [MAIN lib]): one test binary; each case is
# its own CTest entry and process, named LABEL.Suite.Case. FIXTURES: CTest fixtures that all of them require.
function(project_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT;FIXTURES" "SOURCES;LIBS;LABELS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)  # against hangs only
  endif()
  if(SCX_SANITIZE)
    math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")  # ten times slower than a release build
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} project_options GTest::gtest GTest::gtest_main)
  set(labels ${arg_LABEL} ${arg_LABELS})
  set(properties LABELS "${labels}" TIMEOUT ${arg_TIMEOUT})
  if(arg_FIXTURES)
    list(APPEND properties FIXTURES_REQUIRED ${arg_FIXTURES})
  endif()
  gtest_discover_tests(${name} TEST_PREFIX ${arg_LABEL}. DISCOVERY_TIMEOUT 60
                       PROPERTIES ${properties})
endfunction()
