// SPDX-License-Identifier: Apache-2.0
// soc_arbiter: round robin. The requester after the last one served has the right of way, so none waits for more than
// NUM_HARTS - 1 others. Combinational and idle unless en_i; the turn moves at the clock edge with en_i.
`default_nettype none
`include "invariant.vh"
module soc_arbiter #(
    parameter NUM_HARTS = 4,
    parameter INDEX_BITS = (NUM_HARTS > 1) ? $clog2(NUM_HARTS) : 1
) (
    input  wire                  clk,
    input  wire                  rst_n,
    input  wire                  en_i,
    input  wire [NUM_HARTS-1:0]  req_i,
    output reg  [INDEX_BITS-1:0] winner_o,
    // Simulation only
    // verilator tracing_off
    input  wire [NUM_HARTS-1:0]  sim_leap_i       // one-hot: served in a skip
);
  reg [NUM_HARTS-1:0] candidates;
  integer             h;
  // verilator tracing_on
  reg [NUM_HARTS-1:0] after_q;        // harts behind the last one served

  always @* begin
    h = 0;                            // a loop variable left unset in one branch is a latch to some tools
    candidates = req_i & after_q;
    winner_o = {INDEX_BITS{1'b0}};
    if (en_i) begin
      if (candidates == {NUM_HARTS{1'b0}}) candidates = req_i;
      for (h = NUM_HARTS - 1; h >= 0; h = h - 1)
        if (candidates[h]) winner_o = h[INDEX_BITS-1:0];
    end
  end

  localparam [NUM_HARTS-1:0] ALL = {NUM_HARTS{1'b1}};
  localparam [NUM_HARTS-1:0] ONE = 1;
  always @(posedge clk)
    if (!rst_n) after_q <= ALL;
    else if (sim_leap_i != {NUM_HARTS{1'b0}}) after_q <= ~(sim_leap_i | (sim_leap_i - ONE));
    else if (en_i) after_q <= (ALL << winner_o) & ~(ONE << winner_o);

  `INVARIANT("a requester wins when the turn moves", !en_i || req_i[winner_o])
endmodule
`default_nettype wire
