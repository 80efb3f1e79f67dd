# SPDX-License-Identifier: Apache-2.0
# Exact skipping, proved on whole runs: a sample here and now, all of it with label full (./test --full).
add_test(NAME unit.MachineState COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/machine_state_test.py)
set_tests_properties(unit.MachineState PROPERTIES LABELS unit TIMEOUT 120)
if(NOT TARGET scx-cosim OR NOT "2" IN_LIST SCX_HART_COUNTS)
  return()
endif()

function(equality_test name label)
  add_test(NAME cosim.Equality.${name}
           COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/equality.py $<TARGET_FILE:scx-cosim>
                   ${CMAKE_CURRENT_BINARY_DIR}/${name} ${ARGN})
  set_tests_properties(cosim.Equality.${name} PROPERTIES LABELS "${label}" TIMEOUT 1800)
endfunction()

equality_test(scenarios_sample cosim scenarios healthy_simple looping_stall_mc1)
equality_test(random_sample cosim random 0 12)

equality_test(scenarios_all full scenarios)
equality_test(random_many_harts full random 300 12 16 64)   # models that are built when asked for
foreach(first RANGE 0 175 25)
  equality_test(random_${first} full random ${first} 25)
endforeach()
