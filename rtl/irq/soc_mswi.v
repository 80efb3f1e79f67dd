// SPDX-License-Identifier: Apache-2.0
// soc_mswi: one software-interrupt bit per hart (RISC-V ACLINT MSWI), the firmware's IPI.
// A write at edge t shows in MSIP at once; a 1 shows on msip_o latency_i clocks later, a 0 immediately, and a 0 cancels
// a delivery under way. A 1 written over a 1 changes nothing: the level is held, a delivery under way is not restarted.
// set_i (watchdog bark) acts like a written 1 and wins over a 0 written in the same clock: no bark is lost.
// The reserved word is RAZ/WI; a hart that was not built is refused with err_o.
`default_nettype none
`include "invariant.vh"
`include "regs.vh"
module soc_mswi #(parameter NUM_HARTS = 4) (      // 1..4095
    input  wire                 clk,
    input  wire                 rst_n,            // synchronous, active low
    // Bus: one transfer in the clock of req_i
    input  wire                 req_i,
    input  wire                 we_i,
    input  wire [25:0]          addr_i,
    input  wire [31:0]          wdata_i,
    input  wire [15:0]          latency_i,        // clocks from MSIP to msip_o
    // Interrupts
    input  wire [NUM_HARTS-1:0] set_i,
    output wire [NUM_HARTS-1:0] msip_o,
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0]          rdata_o,
    output reg                  err_o,
    // Simulation only
    input  wire [31:0]          sim_skip_i,       // 0: one clock; k: k clocks at once
    input  wire                 sim_horizon_en_i,
    output reg  [31:0]          sim_horizon_o     // clocks until something may change
);
  integer n;
  // verilator tracing_on
  localparam [31:0] NEVER = `HORIZON_NEVER;
  localparam [11:0] RESERVED_INDEX = 12'hfff;     // 0x3FFC
  localparam [NUM_HARTS-1:0] ONE = 1;

  generate if (NUM_HARTS < 1 || NUM_HARTS > 4095) begin : g_check
    NUM_HARTS_must_be_1_to_4095 error_at_elaboration ();
  end endgenerate

  reg [NUM_HARTS-1:0]    msip_q;                  // the register
  reg [NUM_HARTS-1:0]    line_q;                  // as the hart sees it
  reg [NUM_HARTS-1:0]    under_way_q;             // register set, line not yet
  reg [16*NUM_HARTS-1:0] wait_q;                  // clocks left, meaningful while under way

  // Bus. Decoded only in the clock of a transfer.
  wire [25:0]         offset = addr_i - `MSWI_MSIP;
  wire [11:0]         index  = offset[13:2];
  reg [NUM_HARTS-1:0] accessed;

  always @* begin
    accessed    = {NUM_HARTS{1'b0}};
    err_o       = 1'b0;
    rdata_o     = 32'd0;
    if (req_i) begin
      if (offset[1:0] != 2'd0) err_o = 1'b1;
      else if (index < NUM_HARTS[11:0]) accessed = ONE << index;
      else err_o = index != RESERVED_INDEX;
      rdata_o[0] = !we_i && (accessed & msip_q) != {NUM_HARTS{1'b0}};
    end
  end

  // Register and delivery. A skip stops short of every delivery, so a countdown never passes 1 in it.
  function [NUM_HARTS-1:0] due(input [31:0] skipped);
    integer d;
    for (d = 0; d < NUM_HARTS; d = d + 1)
      due[d] = skipped == 32'd0 && under_way_q[d] && wait_q[16*d +: 16] == 16'd1;
  endfunction

  task deliver(input [NUM_HARTS-1:0] set, input [NUM_HARTS-1:0] clear);
    reg [NUM_HARTS-1:0] start;
    integer h;
    begin
      start       = set & ~msip_q;
      msip_q      <= (msip_q | set) & ~clear;
      line_q      <= (line_q | due(sim_skip_i) | (latency_i == 16'd0 ? start : {NUM_HARTS{1'b0}})) & ~clear;
      under_way_q <= (under_way_q & ~due(sim_skip_i) & ~clear) | (latency_i == 16'd0 ? {NUM_HARTS{1'b0}} : start);
      for (h = 0; h < NUM_HARTS; h = h + 1)
        if (start[h])            wait_q[16*h +: 16] <= latency_i;
        else if (under_way_q[h]) wait_q[16*h +: 16] <= wait_q[16*h +: 16] - (sim_skip_i == 32'd0 ? 16'd1 : sim_skip_i[15:0]);
    end
  endtask

  always @(posedge clk)
    if (!rst_n) begin
      msip_q      <= {NUM_HARTS{1'b0}};
      line_q      <= {NUM_HARTS{1'b0}};
      under_way_q <= {NUM_HARTS{1'b0}};
      wait_q      <= {16*NUM_HARTS{1'b0}};
    end else if (req_i || (set_i | under_way_q) != {NUM_HARTS{1'b0}})
      deliver(set_i | ((we_i && wdata_i[0]) ? accessed : {NUM_HARTS{1'b0}}),
              (we_i && !wdata_i[0]) ? accessed & ~set_i : {NUM_HARTS{1'b0}});

  assign msip_o = line_q;

  // Horizon: the clocks before the one that delivers.
  always @* begin
    n = 0;
    sim_horizon_o = NEVER;
    if (sim_horizon_en_i) begin
      for (n = 0; n < NUM_HARTS; n = n + 1)
        if (under_way_q[n] && {16'd0, wait_q[16*n +: 16] - 16'd1} < sim_horizon_o)
          sim_horizon_o = {16'd0, wait_q[16*n +: 16] - 16'd1};
      if (set_i != {NUM_HARTS{1'b0}}) sim_horizon_o = 32'd0;
    end
  end

  function skip_passes_delivery(input [31:0] clocks);
    integer i;
    begin
      skip_passes_delivery = 1'b0;
      for (i = 0; i < NUM_HARTS; i = i + 1)
        if (under_way_q[i] && clocks >= {16'd0, wait_q[16*i +: 16]}) skip_passes_delivery = 1'b1;
    end
  endfunction

  wire unused_ok = &{1'b0, offset[25:14], wdata_i[31:1]};

  `INVARIANT_WHEN(sim_skip_i != 32'd0, "skip passes an IPI delivery", !skip_passes_delivery(sim_skip_i))
  `INVARIANT_WHEN(sim_skip_i != 32'd0, "access or set in a skip clock", !req_i && set_i == {NUM_HARTS{1'b0}})
  `INVARIANT_WHEN(line_q != {NUM_HARTS{1'b0}}, "line up without its MSIP", (line_q & ~msip_q) == {NUM_HARTS{1'b0}})
endmodule
`default_nettype wire
