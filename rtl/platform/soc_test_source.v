// SPDX-License-Identifier: Apache-2.0
// soc_test_source: lets software read the testbench's inputs: the sysrq key and the levels of the test interrupt sources.
`default_nettype none
`include "regs.vh"
module soc_test_source #(
    parameter NUM_SOURCES = 8
) (
    input  wire                   req_i,
    input  wire                   we_i,
    input  wire [25:0]            addr_i,
    input  wire [7:0]             key_i,
    input  wire [NUM_SOURCES-1:0] level_i,
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0]            rdata_o,
    output wire                   err_o
    // verilator tracing_on
);
  wire unused_ok = &{1'b0, addr_i[25:12], addr_i[1:0]};
  wire [25:0] offset = {14'b0, addr_i[11:2], 2'b00};
  reg [31:0] levels;

  always @* begin
    levels = 32'b0;
    rdata_o = 32'b0;
    if (req_i) begin
      levels[NUM_SOURCES-1:0] = level_i;
      case (offset)
        `TEST_SOURCE_KEY:       rdata_o = {24'b0, key_i};
        `TEST_SOURCE_SRC_LEVEL: rdata_o = levels;
        default:                ;
      endcase
    end
  end
  assign err_o = req_i && we_i;       // nothing here can be written
endmodule
`default_nettype wire
