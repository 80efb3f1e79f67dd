// SPDX-License-Identifier: Apache-2.0
// soc_leap: skips that take a whole transfer between a hart and RAM along. Simulation only: hardware ties the three controls to 0,
// and synthesis leaves nothing of this module.
//   sim_leap_i    one-hot: the hart whose transfer begins in the skip, ahead of all others. It is taken from the op port and
//                 granted over an idle bus. A load is over at the end of the skip; any other transfer is at its access clock.
//   sim_finish_i  the load that the bus grants in the skip is over at its end.
`default_nettype none
`include "regs.vh"
`include "invariant.vh"
module soc_leap #(
    parameter NUM_HARTS = 4
) (
    input  wire                    clk,
    input  wire                    rst_n,
    input  wire [15:0]             mem_latency_i,
    // op port, one slice per hart
    input  wire [32*NUM_HARTS-1:0] op_ctl_i,
    input  wire [32*NUM_HARTS-1:0] op_addr_i,
    input  wire [32*NUM_HARTS-1:0] op_data_i,
    input  wire [32*NUM_HARTS-1:0] op_cmp_i,
    input  wire [32*NUM_HARTS-1:0] op_lead_i,
    input  wire [NUM_HARTS-1:0]    attn_i,
    input  wire [32*NUM_HARTS-1:0] remaining_i,
    input  wire [NUM_HARTS-1:0]    granted_i,     // whose transfer the bus grants
    // to RAM
    output wire                    rd_o,          // read the word at addr_o
    output wire                    peek_o,        // its load ends in this skip
    // to the harts
    output wire                    bus_taken_o,   // throughout the skip
    output reg  [NUM_HARTS-1:0]    done_o,        // whose load the skip takes to its end
    // to the bus: the transfer of a leap
    output reg  [4:0]              op_o,
    output reg  [31:0]             addr_o,
    output reg  [31:0]             data_o,
    output reg  [31:0]             cmp_o,
    // Simulation only
    input  wire [31:0]             sim_skip_i,
    input  wire [NUM_HARTS-1:0]    sim_leap_i,
    input  wire                    sim_finish_i
);
  localparam [NUM_HARTS-1:0] NOBODY = 0;
  // verilator tracing_off
  integer h;
  // verilator tracing_on
  wire unused_ok = &{1'b0, op_ctl_i};             // the opcode is part of it

  assign rd_o = sim_leap_i != NOBODY;
  assign peek_o = (rd_o && op_o == `OP_LOAD) || sim_finish_i;
  assign bus_taken_o = rd_o || sim_finish_i;

  always @* begin
    h = 0;                                        // a loop variable left unset in one branch is a latch to some tools
    {op_o, addr_o, data_o, cmp_o} = 101'b0;
    done_o = sim_finish_i ? granted_i : NOBODY;
    if (sim_leap_i != NOBODY) begin
      for (h = 0; h < NUM_HARTS; h = h + 1)
        if (sim_leap_i[h]) begin
          op_o = op_ctl_i[32*h +: 5];
          addr_o = op_addr_i[32*h +: 32];
          data_o = op_data_i[32*h +: 32];
          cmp_o = op_cmp_i[32*h +: 32];
        end
      if (op_o == `OP_LOAD) done_o = sim_leap_i;
    end
  end

  // Cycles that the hart of a leap has to compute before its transfer.
  function [31:0] lead_of(input [NUM_HARTS-1:0] who);
    integer i;
    begin
      lead_of = 32'b0;
      for (i = 0; i < NUM_HARTS; i = i + 1)
        if (who[i]) lead_of = attn_i[i] ? op_lead_i[32*i +: 32] : remaining_i[32*i +: 32];
    end
  endfunction

  `INVARIANT_WHEN(sim_leap_i != NOBODY, "a leap ends where the access begins, a load's where it ends",
                  sim_skip_i == lead_of(sim_leap_i) + {16'b0, mem_latency_i} + ((op_o == `OP_LOAD) ? 32'd3 : 32'd2))
endmodule
`default_nettype wire
