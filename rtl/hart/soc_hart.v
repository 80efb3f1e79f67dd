// SPDX-License-Identifier: Apache-2.0
// soc_hart: one hart. Executes ops instead of instructions (soc_hart_seq), with the interrupt behaviour of a machine-mode
// RISC-V hart (soc_hart_trap), its CSRs (soc_hart_csr) and its trace registers (soc_hart_trace).
`default_nettype none
`include "regs.vh"
module soc_hart #(
    parameter [5:0] HART = 0
) (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        por_n_i,
    input  wire        run_i,
    input  wire [15:0] entry_latency_i,
    input  wire [31:0] skip_i,
    input  wire [31:0] step_i,
    input  wire [63:0] cycle_i,
    input  wire [63:0] time_i,
    // op port, see soc_hart_seq
    input  wire        op_tgl_i,
    input  wire [4:0]  opcode_i,
    input  wire [31:0] op_addr_i,
    input  wire [31:0] op_data_i,
    input  wire [31:0] op_cmp_i,
    output wire        attn_o,
    output wire [7:0]  rsp_status_o,
    output wire [31:0] rsp_data_o,
    output wire [31:0] rsp_remaining_o,
    // interrupt lines as mip shows them, and the NMI pulse
    input  wire        meip_i,
    input  wire        msip_i,
    input  wire        mtip_i,
    input  wire        nmi_i,
    // trace inputs
    input  wire        tr_tgl_i,
    input  wire [15:0] tr_site_i,
    input  wire [31:0] tr_pid_i,
    input  wire [7:0]  tr_class_i,
    input  wire [31:0] tr_calls_i,
    input  wire        tr_resched_i,
    input  wire [7:0]  tr_rqlock_i,
    // bus master
    output wire        bus_req_o,
    output wire [4:0]  bus_op_o,
    output wire [31:0] bus_addr_o,
    output wire [31:0] bus_data_o,
    output wire [31:0] bus_cmp_o,
    input  wire        bus_done_i,
    input  wire [31:0] bus_rdata_i,
    input  wire        bus_err_i,
    // to the watchdog and the horizon
    output wire [15:0] site_o,
    output wire        wfi_o,
    input  wire        horizon_en_i,
    output wire [31:0] horizon_o
);
  wire        csr_en, csr_commit, csr_illegal, mret, mnret;
  wire [31:0] csr_rdata, csr_wdata;
  wire        we_mstatus, we_mie, we_mcause;
  wire        want, settle, trap_nmi, wake, in_nmi, take;
  wire [3:0]  trap_cause;
  wire [31:0] mstatus, mie, mip, mcause, mncause, mnstatus;
  wire [31:0] trace_pid, trace_calls;
  wire [7:0]  trace_class, trace_rqlock;
  wire        trace_resched;
  wire [4:0]  csr_mode = opcode_i - `OP_CSR_READ;
  wire        unused_ok = &{1'b0, csr_mode[4:2]};

  soc_hart_seq seq (
      .clk(clk), .rst_n(rst_n), .run_i(run_i), .entry_latency_i(entry_latency_i), .skip_i(skip_i), .step_i(step_i),
      .op_tgl_i(op_tgl_i), .opcode_i(opcode_i), .op_addr_i(op_addr_i), .op_data_i(op_data_i), .op_cmp_i(op_cmp_i),
      .attn_o(attn_o), .rsp_status_o(rsp_status_o), .rsp_data_o(rsp_data_o), .rsp_remaining_o(rsp_remaining_o),
      .csr_en_o(csr_en), .csr_commit_o(csr_commit), .mret_o(mret), .mnret_o(mnret),
      .csr_rdata_i(csr_rdata), .csr_illegal_i(csr_illegal),
      .want_i(want), .settle_i(settle), .trap_nmi_i(trap_nmi), .trap_cause_i(trap_cause), .wake_i(wake),
      .in_nmi_i(in_nmi), .take_o(take),
      .bus_req_o(bus_req_o), .bus_op_q(bus_op_o), .bus_addr_q(bus_addr_o), .bus_data_q(bus_data_o),
      .bus_cmp_q(bus_cmp_o), .bus_done_i(bus_done_i), .bus_rdata_i(bus_rdata_i), .bus_err_i(bus_err_i),
      .wfi_o(wfi_o), .nmi_i(nmi_i), .horizon_en_i(horizon_en_i), .horizon_o(horizon_o));

  soc_hart_trap trap (
      .clk(clk), .rst_n(rst_n), .mip_i({meip_i, msip_i, mtip_i}), .nmi_i(nmi_i),
      .we_mstatus_i(we_mstatus), .we_mie_i(we_mie), .we_mcause_i(we_mcause), .wdata_i(csr_wdata),
      .mret_i(mret), .mnret_i(mnret),
      .take_i(take), .want_o(want), .settle_o(settle), .nmi_o(trap_nmi), .cause_o(trap_cause), .wake_o(wake),
      .in_nmi_o(in_nmi),
      .mstatus_o(mstatus), .mie_o(mie), .mip_o(mip), .mcause_o(mcause), .mncause_o(mncause), .mnstatus_o(mnstatus));

  soc_hart_csr #(.HART(HART)) csr (
      .clk(clk), .rst_n(rst_n), .en_i(csr_en), .commit_i(csr_commit), .mode_i(csr_mode[1:0]),
      .number_i(op_addr_i), .operand_i(op_data_i), .rdata_o(csr_rdata), .illegal_o(csr_illegal),
      .we_mstatus_o(we_mstatus), .we_mie_o(we_mie), .we_mcause_o(we_mcause), .wdata_o(csr_wdata),
      .mstatus_i(mstatus), .mie_i(mie), .mip_i(mip), .mcause_i(mcause), .mncause_i(mncause), .mnstatus_i(mnstatus),
      .cycle_i(cycle_i), .time_i(time_i),
      .site_i(site_o), .pid_i(trace_pid), .class_i(trace_class), .calls_i(trace_calls), .resched_i(trace_resched),
      .rqlock_i(trace_rqlock));

  soc_hart_trace trace (
      .clk(clk), .por_n_i(por_n_i), .tgl_i(tr_tgl_i),
      .site_i(tr_site_i), .pid_i(tr_pid_i), .class_i(tr_class_i), .calls_i(tr_calls_i), .resched_i(tr_resched_i),
      .rqlock_i(tr_rqlock_i),
      .site_q(site_o), .pid_q(trace_pid), .class_q(trace_class), .calls_q(trace_calls), .resched_q(trace_resched),
      .rqlock_q(trace_rqlock));
endmodule
`default_nettype wire
