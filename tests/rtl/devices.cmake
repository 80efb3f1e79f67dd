# SPDX-License-Identifier: Apache-2.0
# Unit tests of the devices, each on its own Verilated module. Sizes are small, odd and uneven, so that a hart, a
# channel and a bit number cannot be taken for one another.
set(device_rtl ${PROJECT_SOURCE_DIR}/rtl)

function(device_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TOP" "RTL;PARAMS;SOURCES")
  list(TRANSFORM arg_RTL PREPEND ${device_rtl}/)
  list(TRANSFORM arg_PARAMS PREPEND -G)
  list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
  verilated_model(device_${name} TOP ${arg_TOP} PREFIX V${arg_TOP} SOURCES ${arg_RTL} ARGS ${arg_PARAMS})
  project_test(${name}_test LABEL rtl TIMEOUT 120 SOURCES ${arg_SOURCES} LIBS device_${name} verilator_support)
endfunction()

device_test(mswi TOP soc_mswi RTL irq/soc_mswi.v PARAMS NUM_HARTS=3 SOURCES mswi_test.cpp mswi_random_test.cpp)
device_test(mtimer TOP soc_mtimer RTL timer/soc_mtimer.v PARAMS NUM_HARTS=3
            SOURCES mtimer_test.cpp mtimer_random_test.cpp)
device_test(plic TOP soc_plic RTL irq/soc_plic.v PARAMS NUM_HARTS=3 NUM_SOURCES=35
            SOURCES plic_registers_test.cpp plic_notification_test.cpp plic_claim_test.cpp plic_edge_test.cpp
                    plic_skip_test.cpp plic_random_test.cpp)
device_test(swdt TOP soc_swdt RTL timer/soc_swdt.v timer/soc_swdt_channels.v
            PARAMS NUM_CH=3 FIRST_HART=1 NUM_HARTS=5
            SOURCES swdt_registers_test.cpp swdt_ticks_test.cpp swdt_stages_test.cpp swdt_pet_test.cpp
                    swdt_reset_test.cpp swdt_random_test.cpp)
