// SPDX-License-Identifier: Apache-2.0
// soc_horizon: for how many cycles after a clock edge at which sim_horizon_en_i was set no device moves a line and no hart takes a trap,
// wakes up or ends a trap entry, if no device is accessed, no op begins but COMPUTE and transfers, and no input changes.
// Never optimistic. Everything counts from the state after that edge; en_q tells who counts to do so.
`default_nettype none
`include "regs.vh"
module soc_horizon #(
    parameter NUM_HARTS = 4,
    parameter NUM_DEVICES = 5
) (
    input  wire                      clk,
    input  wire                      busy_i,      // something is under way that no count below announces
    input  wire [32*NUM_HARTS-1:0]   hart_i,
    input  wire [32*NUM_DEVICES-1:0] device_i,
    output reg                       en_q,        // the last edge asked: who counts has to answer
    // Simulation only
    input  wire                      sim_horizon_en_i,
    output reg  [31:0]               sim_horizon_o
);
  localparam [31:0] NEVER = `HORIZON_NEVER;
  // verilator tracing_off
  integer h, d;
  // verilator tracing_on

  always @(posedge clk) en_q <= sim_horizon_en_i;

  always @* begin
    h = 0;
    d = 0;
    sim_horizon_o = 32'b0;
    if (en_q && !busy_i) begin
      sim_horizon_o = NEVER;
      for (h = 0; h < NUM_HARTS; h = h + 1)
        if (hart_i[32*h +: 32] < sim_horizon_o) sim_horizon_o = hart_i[32*h +: 32];
      for (d = 0; d < NUM_DEVICES; d = d + 1)
        if (device_i[32*d +: 32] < sim_horizon_o) sim_horizon_o = device_i[32*d +: 32];
    end
  end
endmodule
`default_nettype wire
