// SPDX-License-Identifier: Apache-2.0
// soc_hart_csr: the CSRs of one hart: decoding, read-modify-write, mscratch and mcycle. Reads are combinational and idle
// unless en_i; writes take effect at the clock edge with commit_i. A CSR that does not exist, or a write to the read-only
// range, is answered with illegal_o and changes nothing.
// mcycle is the SoC's cycle counter plus an offset of the hart, so a write costs no second counter. Its halves tear:
// read high, low, high. A value written is the count of that clock.
`default_nettype none
`include "regs.vh"
module soc_hart_csr #(
    parameter [5:0] HART = 0
) (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        en_i,          // a CSR op is presented
    input  wire        commit_i,      // ... and executes at this clock
    input  wire [1:0]  mode_i,        // 0 read, 1 write, 2 set, 3 clear
    input  wire [31:0] number_i,
    input  wire [31:0] operand_i,
    output reg  [31:0] rdata_o,
    output reg         illegal_o,
    // to the trap state
    output wire        we_mstatus_o,
    output wire        we_mie_o,
    output wire        we_mcause_o,
    output reg  [31:0] wdata_o,
    // read path
    input  wire [31:0] mstatus_i,
    input  wire [31:0] mie_i,
    input  wire [31:0] mip_i,
    input  wire [31:0] mcause_i,
    input  wire [31:0] mncause_i,
    input  wire [31:0] mnstatus_i,
    input  wire [63:0] cycle_i,
    input  wire [63:0] time_i,
    input  wire [15:0] site_i,
    input  wire [31:0] pid_i,
    input  wire [7:0]  class_i,
    input  wire [31:0] calls_i,
    input  wire        resched_i,
    input  wire [7:0]  rqlock_i
);
  reg [31:0] mscratch_q;
  reg [63:0] cycle_offset_q;
  reg [63:0] mcycle;

  wire writes = mode_i != 2'd0;
  wire read_only = number_i[11:10] == 2'b11;

  always @* begin
    rdata_o = 32'b0;
    wdata_o = 32'b0;
    illegal_o = 1'b0;
    mcycle = 64'b0;
    if (en_i) begin
      mcycle = cycle_i + cycle_offset_q;
      case (number_i[11:0])
        `CSR_MSTATUS:  rdata_o = mstatus_i;
        `CSR_MIE:      rdata_o = mie_i;
        `CSR_MSCRATCH: rdata_o = mscratch_q;
        `CSR_MCAUSE:   rdata_o = mcause_i;
        `CSR_MIP:      rdata_o = mip_i;
        `CSR_MNCAUSE:  rdata_o = mncause_i;
        `CSR_MNSTATUS: rdata_o = mnstatus_i;
        `CSR_MCYCLE:   rdata_o = mcycle[31:0];
        `CSR_MCYCLEH:  rdata_o = mcycle[63:32];
        `CSR_TIME:     rdata_o = time_i[31:0];
        `CSR_TIMEH:    rdata_o = time_i[63:32];
        `CSR_MHARTID:  rdata_o = {26'b0, HART};
        `CSR_TSITE:    rdata_o = {16'b0, site_i};
        `CSR_TPID:     rdata_o = pid_i;
        `CSR_TCLASS:   rdata_o = {24'b0, class_i};
        `CSR_TCALLS:   rdata_o = calls_i;
        `CSR_TRESCHED: rdata_o = {31'b0, resched_i};
        `CSR_TRQLOCK:  rdata_o = {24'b0, rqlock_i};
        default:       illegal_o = 1'b1;
      endcase
      if (number_i[31:12] != 20'b0 || (writes && read_only)) illegal_o = 1'b1;
      case (mode_i)
        2'd2:    wdata_o = rdata_o | operand_i;
        2'd3:    wdata_o = rdata_o & ~operand_i;
        default: wdata_o = operand_i;
      endcase
    end
  end

  wire write = commit_i && writes && !illegal_o;
  assign we_mstatus_o = write && number_i[11:0] == `CSR_MSTATUS;
  assign we_mie_o = write && number_i[11:0] == `CSR_MIE;
  assign we_mcause_o = write && number_i[11:0] == `CSR_MCAUSE;

  always @(posedge clk)
    if (!rst_n) begin
      mscratch_q <= 32'b0;
      cycle_offset_q <= 64'b0;
    end else if (write)
      case (number_i[11:0])
        `CSR_MSCRATCH: mscratch_q <= wdata_o;
        `CSR_MCYCLE:   cycle_offset_q <= {mcycle[63:32], wdata_o} - cycle_i;
        `CSR_MCYCLEH:  cycle_offset_q <= {wdata_o, mcycle[31:0]} - cycle_i;
        default:       ;
      endcase
endmodule
`default_nettype wire
