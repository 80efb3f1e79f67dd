# SPDX-License-Identifier: Apache-2.0
# Everything declared in a list and generated from it, into one include directory.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)

set(EVENT_HEADERS ${GENERATED_DIR}/trace_events.h ${GENERATED_DIR}/event_schema.h ${GENERATED_DIR}/event_names.h)
add_custom_command(
  OUTPUT ${EVENT_HEADERS}
  COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/scripts/gen_events.py
          ${PROJECT_SOURCE_DIR}/firmware/kernel/trace/events.yaml ${GENERATED_DIR}
  COMMAND ${CMAKE_COMMAND} -E touch ${EVENT_HEADERS}
  DEPENDS ${PROJECT_SOURCE_DIR}/scripts/gen_events.py ${PROJECT_SOURCE_DIR}/firmware/kernel/trace/events.yaml)
add_custom_command(
  OUTPUT ${GENERATED_DIR}/regs.vh ${GENERATED_DIR}/platform.h
  COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/scripts/gen_registers.py
          ${PROJECT_SOURCE_DIR}/rtl/registers.yaml ${GENERATED_DIR}
  COMMAND ${CMAKE_COMMAND} -E touch ${GENERATED_DIR}/regs.vh ${GENERATED_DIR}/platform.h
  DEPENDS ${PROJECT_SOURCE_DIR}/scripts/gen_registers.py ${PROJECT_SOURCE_DIR}/rtl/registers.yaml)
add_custom_command(
  OUTPUT ${GENERATED_DIR}/soc_pins.h
  COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/scripts/gen_soc_pins.py ${PROJECT_SOURCE_DIR} ${GENERATED_DIR}
  COMMAND ${CMAKE_COMMAND} -E touch ${GENERATED_DIR}/soc_pins.h
  DEPENDS ${PROJECT_SOURCE_DIR}/scripts/gen_soc_pins.py ${PROJECT_SOURCE_DIR}/scripts/verilog.py
          ${PROJECT_SOURCE_DIR}/scripts/gen_registers.py ${PROJECT_SOURCE_DIR}/rtl/soc.v)
add_custom_target(generate DEPENDS ${EVENT_HEADERS} ${GENERATED_DIR}/regs.vh ${GENERATED_DIR}/platform.h
                                   ${GENERATED_DIR}/soc_pins.h)

# Verilator runs at configure time and includes regs.vh, so the headers exist from the first configure on.
execute_process(COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/scripts/gen_registers.py
                        ${PROJECT_SOURCE_DIR}/rtl/registers.yaml ${GENERATED_DIR} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/scripts/gen_events.py
                        ${PROJECT_SOURCE_DIR}/firmware/kernel/trace/events.yaml ${GENERATED_DIR} COMMAND_ERROR_IS_FATAL ANY)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${PROJECT_SOURCE_DIR}/rtl/registers.yaml ${PROJECT_SOURCE_DIR}/firmware/kernel/trace/events.yaml)

add_library(generated_headers INTERFACE)
target_include_directories(generated_headers INTERFACE ${GENERATED_DIR})
add_dependencies(generated_headers generate)
target_link_libraries(project_options INTERFACE generated_headers)
