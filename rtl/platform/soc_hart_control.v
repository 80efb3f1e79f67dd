// SPDX-License-Identifier: Apache-2.0
// soc_hart_control: releases harts after their reset. RUN bits are set by writing 1 to RUN and cleared by writing 1 to STOP,
// which also resets the hart, even within an op: it is as it was before its first RUN. Hart 0 always runs. A hart that the
// watchdog resets keeps its RUN bit and so comes up again by itself.
// wanted_i are the switches of an operator, one per hart: a level interrupt asks until software has written to POWER_SEEN
// the value that it read from POWER_WANTED.
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
    input  wire [NUM_HARTS-1:0] wanted_i,
    input  wire [NUM_HARTS-1:0] wanted_q_i,      // the same, registered: for reads
    output wire                 irq_o,
    output wire [NUM_HARTS-1:0] run_o,
    output wire [NUM_HARTS-1:0] hart_rst_o,      // one clock
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0]          rdata_o,
    output wire                 err_o
    // verilator tracing_on
);
  localparam [63:0] BUILT = {64{1'b1}} >> (64 - NUM_HARTS);
  localparam [25:0] RUN_HIGH = `HART_CONTROL_RUN + `HART_CONTROL_RUN_WORD_STRIDE;
  localparam [25:0] STOP_HIGH = `HART_CONTROL_STOP + `HART_CONTROL_STOP_WORD_STRIDE;
  localparam [25:0] WANTED_HIGH = `HART_CONTROL_POWER_WANTED + `HART_CONTROL_POWER_WANTED_WORD_STRIDE;
  localparam [25:0] SEEN_HIGH = `HART_CONTROL_POWER_SEEN + `HART_CONTROL_POWER_SEEN_WORD_STRIDE;
  localparam [63:0] MAY_STOP = BUILT & ~64'd1;
  reg [63:0] run_q;
  reg [63:0] reset_q;
  reg [63:0] seen_q;
  reg [63:0] wanted;

  always @* begin
    wanted = 64'b0;
    wanted[NUM_HARTS-1:0] = wanted_q_i;
  end
  wire unused_ok = &{1'b0, addr_i[25:12], addr_i[1:0], run_q, reset_q, seen_q};
  wire [25:0] offset = {14'b0, addr_i[11:2], 2'b00};

  always @* begin
    rdata_o = 32'b0;
    if (req_i)
      case (offset)
        `HART_CONTROL_RUN:       rdata_o = run_q[31:0];
        RUN_HIGH:                rdata_o = run_q[63:32];
        `HART_CONTROL_NUM_HARTS: rdata_o = NUM_HARTS;
        `HART_CONTROL_POWER_WANTED: rdata_o = wanted[31:0];
        WANTED_HIGH:             rdata_o = wanted[63:32];
        `HART_CONTROL_POWER_SEEN: rdata_o = seen_q[31:0];
        SEEN_HIGH:               rdata_o = seen_q[63:32];
        default:                 ;
      endcase
  end
  assign err_o = 1'b0;
  assign irq_o = wanted_i != seen_q[NUM_HARTS-1:0];
  assign run_o = run_q[NUM_HARTS-1:0];
  assign hart_rst_o = reset_q[NUM_HARTS-1:0];

  always @(posedge clk)
    if (!rst_n) begin
      run_q <= 64'd1;
      reset_q <= 64'd0;
      seen_q <= BUILT;
    end else if (req_i || reset_q != 64'd0) begin
      reset_q <= 64'd0;
      if (req_i && we_i)
        case (offset)
          `HART_CONTROL_RUN: run_q <= run_q | ({32'b0, wdata_i} & BUILT);
          RUN_HIGH:          run_q <= run_q | ({wdata_i, 32'b0} & BUILT);
          `HART_CONTROL_STOP: begin
            run_q <= run_q & ~({32'b0, wdata_i} & MAY_STOP);
            reset_q <= {32'b0, wdata_i} & MAY_STOP;
          end
          STOP_HIGH: begin
            run_q <= run_q & ~({wdata_i, 32'b0} & MAY_STOP);
            reset_q <= {wdata_i, 32'b0} & MAY_STOP;
          end
          `HART_CONTROL_POWER_SEEN: seen_q[31:0] <= wdata_i & BUILT[31:0];
          SEEN_HIGH:                seen_q[63:32] <= wdata_i & BUILT[63:32];
          default: ;
        endcase
    end
endmodule
`default_nettype wire
