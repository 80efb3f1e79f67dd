// SPDX-License-Identifier: Apache-2.0
// soc_cycle: the cycle counter all harts derive mcycle from, and how many cycles this clock stands for. With skip_i tied
// to 0, as in hardware, step_o is the constant 1.
`default_nettype none
module soc_cycle (
    input  wire        clk,
    input  wire        rst_n,
    input  wire [31:0] skip_i,        // 0: one cycle; k: k cycles at once
    output wire [31:0] step_o,
    output wire [63:0] cycle_o
);
  reg [63:0] cycle_q;

  assign step_o = (skip_i == 32'b0) ? 32'd1 : skip_i;
  assign cycle_o = cycle_q;

  always @(posedge clk)
    if (!rst_n) cycle_q <= 64'b0;
    else cycle_q <= cycle_q + {32'b0, step_o};
endmodule
`default_nettype wire
