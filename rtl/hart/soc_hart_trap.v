// SPDX-License-Identifier: Apache-2.0
// soc_hart_trap: interrupt state of one hart (mstatus.MIE/MPIE, mie, mcause, NMI) and the decision what to take.
// want_o speaks of the state before this clock's op, settle_o of the state the op leaves behind: an op that opens the
// door (CSR write, MRET, MNRET) reports the trap that comes through it. While an NMI is being handled nothing is taken.
`default_nettype none
`include "regs.vh"
`include "invariant.vh"
module soc_hart_trap (
    input  wire        clk,
    input  wire        rst_n,
    input  wire [2:0]  mip_i,         // {external, software, timer}: most important first
    input  wire        nmi_i,         // one-clock pulse, kept until taken
    // effect of the op that executes at this clock
    input  wire        we_mstatus_i,
    input  wire        we_mie_i,
    input  wire        we_mcause_i,
    input  wire [31:0] wdata_i,
    input  wire        mret_i,
    input  wire        mnret_i,
    // the trap
    input  wire        take_i,        // enter the trap that want_o or settle_o announced
    output wire        want_o,
    output wire        settle_o,
    output wire        nmi_o,         // the trap is an NMI
    output wire [3:0]  cause_o,       // of the interrupt otherwise
    output wire        wake_o,        // (mip & mie) != 0: ends WFI whatever MIE says
    output wire        in_nmi_o,
    // read path
    output wire [31:0] mstatus_o,
    output wire [31:0] mie_o,
    output wire [31:0] mip_o,
    output wire [31:0] mcause_o,
    output wire [31:0] mncause_o,
    output wire [31:0] mnstatus_o
);
  reg       status_mie_q, status_mpie_q;
  reg [2:0] enable_q;
  reg       cause_interrupt_q;
  reg [3:0] cause_code_q;
  reg       nmi_pending_q, nmi_active_q, nmi_seen_q;

  wire status_mie_d = we_mstatus_i ? wdata_i[`CSR_MSTATUS_MIE_LSB] : mret_i ? status_mpie_q : status_mie_q;
  wire status_mpie_d = we_mstatus_i ? wdata_i[`CSR_MSTATUS_MPIE_LSB] : mret_i | status_mpie_q;
  wire [2:0] enable_d = !we_mie_i ? enable_q : {wdata_i[`CSR_MIE_EXTERNAL_LSB], wdata_i[`CSR_MIE_SOFTWARE_LSB],
                                                wdata_i[`CSR_MIE_TIMER_LSB]};
  wire nmi_active_d = nmi_active_q & ~mnret_i;
  wire [2:0] pending_d = mip_i & enable_d;

  assign wake_o = |(mip_i & enable_q);
  assign want_o = !nmi_active_q && (nmi_pending_q || (status_mie_q && wake_o));
  assign settle_o = !nmi_active_d && (nmi_pending_q || (status_mie_d && (|pending_d)));
  assign nmi_o = nmi_pending_q;
  assign cause_o = pending_d[2] ? `IRQ_EXTERNAL : pending_d[1] ? `IRQ_SOFTWARE : `IRQ_TIMER;
  assign in_nmi_o = nmi_active_q;

  wire unused_ok = &{1'b0, wdata_i[30:12], wdata_i[10:8], wdata_i[6:4]};

  wire take_nmi = take_i && nmi_pending_q;
  wire take_interrupt = take_i && !nmi_pending_q;

  always @(posedge clk)
    if (!rst_n) begin
      status_mie_q <= 1'b0;
      status_mpie_q <= 1'b0;
      enable_q <= 3'b0;
      cause_interrupt_q <= 1'b0;
      cause_code_q <= 4'd0;
      nmi_pending_q <= 1'b0;
      nmi_active_q <= 1'b0;
      nmi_seen_q <= 1'b0;
    end else begin
      status_mie_q <= status_mie_d && !take_interrupt;
      status_mpie_q <= take_interrupt ? status_mie_d : status_mpie_d;
      enable_q <= enable_d;
      if (take_interrupt) begin
        cause_interrupt_q <= 1'b1;
        cause_code_q <= cause_o;
      end else if (we_mcause_i) begin
        cause_interrupt_q <= wdata_i[31];
        cause_code_q <= wdata_i[3:0];
      end
      // An NMI that arrives while the previous one is being taken is one more NMI, not the same.
      nmi_pending_q <= nmi_i || (nmi_pending_q && !take_nmi);
      nmi_active_q <= nmi_active_d || take_nmi;
      if (take_nmi) nmi_seen_q <= 1'b1;
    end

  wire [31:0] mip_bits = {20'b0, mip_i[2], 3'b0, mip_i[0], 3'b0, mip_i[1], 3'b0};
  wire [31:0] mie_bits = {20'b0, enable_q[2], 3'b0, enable_q[0], 3'b0, enable_q[1], 3'b0};
  assign mip_o = mip_bits;
  assign mie_o = mie_bits;
  assign mstatus_o = {19'b0, 2'b11, 3'b0, status_mpie_q, 3'b0, status_mie_q, 3'b0};
  assign mcause_o = {cause_interrupt_q, 27'b0, cause_code_q};
  assign mncause_o = {nmi_seen_q, 31'b0};   // interrupt flag, code 0: unknown cause
  assign mnstatus_o = {28'b0, !nmi_active_q, 3'b0};

  `INVARIANT("a trap is entered only when one is takeable", !take_i || settle_o)
endmodule
`default_nettype wire
