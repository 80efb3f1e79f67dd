// SPDX-License-Identifier: Apache-2.0
// soc_alarm: a one-shot timer. A write of n > 0 to DELAY makes irq_o rise n clocks later, a write of 0 calls that off; irq_o stays
// up until ACK is written. While it is up, DELAY may be written for the next alarm.
`default_nettype none
`include "invariant.vh"
`include "regs.vh"
module soc_alarm (
    input  wire        clk,
    input  wire        rst_n,             // synchronous, active low
    // Bus: one transfer in the clock of req_i
    input  wire        req_i,
    input  wire        we_i,
    input  wire [25:0] addr_i,
    input  wire [31:0] wdata_i,
    // Interrupt
    output wire        irq_o,
    // Answer to the bus
    output reg  [31:0] rdata_o,
    output wire        err_o,
    // Simulation only
    input  wire [31:0] sim_skip_i,        // 0: one clock; k: k clocks at once
    input  wire        sim_horizon_en_i,
    output reg  [31:0] sim_horizon_o      // with sim_horizon_en_i: clocks in which irq_o does not move
);
  localparam [31:0] NEVER = 32'h7fff_ffff;

  reg [31:0] left_q;                      // clocks to the alarm; 0: none is set
  reg        irq_q;
  reg        shown_q;                     // irq_q as who reads irq_o at an edge has seen it

  wire [25:0] offset = {14'b0, addr_i[11:2], 2'b00};
  wire        write_delay = req_i && we_i && offset == `ALARM_DELAY;
  wire        write_ack = req_i && we_i && offset == `ALARM_ACK;
  wire        unused_ok = &{1'b0, addr_i[25:12], addr_i[1:0]};

  always @* begin
    rdata_o = 32'b0;
    if (req_i)
      case (offset)
        `ALARM_DELAY:  rdata_o = left_q;
        `ALARM_STATUS: rdata_o = {31'b0, irq_q};
        default:       ;
      endcase
  end
  assign err_o = 1'b0;
  assign irq_o = irq_q;

  wire due = sim_skip_i == 32'b0 && left_q == 32'd1;

  always @(posedge clk)
    if (!rst_n) begin
      left_q <= 32'b0;
      irq_q <= 1'b0;
      shown_q <= 1'b0;
    end else begin
      if (write_delay) left_q <= wdata_i;
      else if (left_q != 32'b0) left_q <= left_q - (sim_skip_i == 32'b0 ? 32'd1 : sim_skip_i);
      irq_q <= (irq_q && !write_ack) || due;
      shown_q <= irq_q;
    end

  // Horizon: the clock in which the line moves is an ordinary one, and so is the next, in which the PLIC sees it.
  always @* begin
    sim_horizon_o = NEVER;
    if (sim_horizon_en_i) begin
      if (left_q != 32'b0 && left_q - 32'd1 < NEVER) sim_horizon_o = left_q - 32'd1;
      if (irq_q != shown_q) sim_horizon_o = 32'b0;
    end
  end

  `INVARIANT_WHEN(sim_skip_i != 32'b0, "a skip passes no alarm", !req_i && irq_q == shown_q && (left_q == 32'b0 || sim_skip_i < left_q))
endmodule
`default_nettype wire
