// SPDX-License-Identifier: Apache-2.0
// soc_hart_control: releases harts from reset. RUN bits are set by writing 1 and cleared by reset only; hart 0 always runs.
// A hart that the watchdog resets keeps its RUN bit and so comes up again by itself.
`default_nettype none
`include "regs.vh"
module soc_hart_control #(
    parameter NUM_HARTS = 4
) (
    input  wire                 clk,
    input  wire                 rst_n,
    input  wire                 req_i,
    input  wire                 we_i,
    input  wire [25:0]          addr_i,
    input  wire [31:0]          wdata_i,
    output reg  [31:0]          rdata_o,
    output wire                 err_o,
    output wire [NUM_HARTS-1:0] run_o
);
  localparam [63:0] BUILT = {64{1'b1}} >> (64 - NUM_HARTS);
  localparam [25:0] RUN_HIGH = `HART_CONTROL_RUN + `HART_CONTROL_RUN_WORD_STRIDE;
  reg [63:0] run_q;
  wire unused_ok = &{1'b0, addr_i[25:12], addr_i[1:0], run_q};
  wire [25:0] offset = {14'b0, addr_i[11:2], 2'b00};

  always @* begin
    rdata_o = 32'b0;
    if (req_i)
      case (offset)
        `HART_CONTROL_RUN:       rdata_o = run_q[31:0];
        RUN_HIGH:                rdata_o = run_q[63:32];
        `HART_CONTROL_NUM_HARTS: rdata_o = NUM_HARTS;
        default:                 ;
      endcase
  end
  assign err_o = 1'b0;
  assign run_o = run_q[NUM_HARTS-1:0];

  always @(posedge clk)
    if (!rst_n) run_q <= 64'd1;
    else if (req_i && we_i)
      case (offset)
        `HART_CONTROL_RUN: run_q <= run_q | ({32'b0, wdata_i} & BUILT);
        RUN_HIGH:          run_q <= run_q | ({wdata_i, 32'b0} & BUILT);
        default:           ;
      endcase
endmodule
`default_nettype wire
