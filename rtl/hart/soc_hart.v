// SPDX-License-Identifier: Apache-2.0
// soc_hart: one hart. It executes ops instead of instructions, one at a time, with the interrupt behaviour of a
// machine-mode RISC-V hart.
// attn_o = 1: the response fields are valid and an op may be presented (fields set, op_tgl_i flipped). It starts at the
// next clock edge, so ops follow each other without a bubble:
//   COMPUTE n         n clocks
//   CSR, MRET, MNRET  1 clock
//   WFI               until (mip & mie) != 0; 1 clock if that holds already
//   LOAD .. CAS       2 clocks + the bus: 3 + mem_latency when no other hart uses it
// Any op but COMPUTE comes op_lead_i clocks later than that: as if COMPUTE op_lead_i came first, with nothing in between.
// A takeable interrupt comes instead of a clock's work, never inside a bus transfer: an op not begun is NOT_STARTED, a
// COMPUTE is TRAPPED, with the cycles of COMPUTE or lead left in rsp_remaining_o. attn_o rises entry latency + 1 clocks after
// the edge that takes it. An op that enables an interrupt which is pending (CSR write, MRET, MNRET) reports its trap.
// An NMI has priority and its own state; while one is handled nothing else is taken.
// Out of reset the hart is held until run_i, then reports RESET. An op presented before a reset is void.
//
// All logic sits in clocked blocks, most of it behind "an op begins": a simulator then spends next to nothing on a hart
// that computes or sleeps.
`default_nettype none
`include "regs.vh"
`include "invariant.vh"
module soc_hart #(
    parameter [5:0] HART = 0
) (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        por_n_i,
    input  wire        run_i,
    input  wire [15:0] entry_latency_i,
    input  wire [63:0] cycle_i,
    input  wire [63:0] time_i,
    // op port
    input  wire        op_tgl_i,
    input  wire [4:0]  opcode_i,
    input  wire [31:0] op_addr_i,
    input  wire [31:0] op_data_i,
    input  wire [31:0] op_cmp_i,
    input  wire [31:0] op_lead_i,
    output wire        attn_o,
    output wire [7:0]  rsp_status_o,
    output wire [31:0] rsp_data_o,
    output wire [31:0] rsp_remaining_o,
    // interrupt lines as mip shows them, and the NMI pulse
    input  wire        meip_i,
    input  wire        msip_i,
    input  wire        mtip_i,
    input  wire        nmi_i,
    // trace inputs, latched when tr_tgl_i flips
    input  wire        tr_tgl_i,
    input  wire [15:0] tr_site_i,
    input  wire [31:0] tr_pid_i,
    input  wire [7:0]  tr_class_i,
    input  wire [31:0] tr_calls_i,
    input  wire        tr_resched_i,
    input  wire [7:0]  tr_rqlock_i,
    input  wire [23:0] tr_queues_i,
    // bus master: fields stable from bus_req_o to bus_done_i
    output wire        bus_req_o,
    output reg  [4:0]  bus_op_q,
    output reg  [31:0] bus_addr_q,
    output reg  [31:0] bus_data_q,
    output reg  [31:0] bus_cmp_q,
    input  wire        bus_done_i,
    input  wire [31:0] bus_rdata_i,
    input  wire        bus_err_i,
    // to the watchdog
    output wire [15:0] site_o,
    output wire        wfi_o,
    // Simulation only
    // verilator tracing_off
    input  wire [31:0] sim_skip_i,        // 0: this clock is one cycle; k: it is k cycles
    input  wire        sim_bus_taken_i,   // a transfer that begins in the skip waits until its end, or sim_done_i says that it is over
    input  wire        sim_done_i,        // the skip takes this hart's load to its end
    input  wire [31:0] sim_rdata_i,       // and that is the word
    input  wire        sim_horizon_en_i,
    output reg  [31:0] sim_horizon_o      // after such an edge: cycles without a trap, a wakeup or the end of an entry
);
  // Decisions of one edge: set and used within it.
  reg        trap;                        // a trap is taken
  reg [2:0]  taken;                       // the interrupts it may be for
  reg        mstatus_mie, mstatus_mpie, nmi_active;   // as the op that ends here leaves them
  reg [2:0]  mie;
  reg [7:0]  rsp;
  reg [31:0] delay;                       // cycles before the op itself begins, or of a COMPUTE
  reg        skipped_event;               // in a skip: it passes an event that needs an ordinary clock
  // verilator tracing_on

  // READY and START differ in one bit: a simulator then needs one copy of what they do, and no second one of the registers.
  localparam [2:0] START = 3'd0, READY = 3'd1, COMPUTE = 3'd2, BUS = 3'd3, WFI = 3'd4, ENTRY = 3'd5, HELD = 3'd6;
  localparam [31:0] NEVER = `HORIZON_NEVER;

  // Sequencer and response
  reg [2:0]  state_q;
  reg        op_tgl_q;                    // op_tgl_i of the last op begun
  reg [7:0]  rsp_q;                       // fields `RSP_*; one word for a simulator's sake
  reg [31:0] data_q;
  reg [31:0] remaining_q;                 // cycles to compute; stays as the response when a trap cuts them short
  reg [15:0] entry_q;                     // trap entry: clocks to go, less one
  // Interrupt state; three-bit sets are {external, software, timer}, most important first
  reg        mstatus_mie_q, mstatus_mpie_q;
  reg [2:0]  mie_q;
  reg        mcause_interrupt_q;
  reg [3:0]  mcause_code_q;
  reg        nmi_pending_q, nmi_active_q, nmi_seen_q;
  // Other CSRs. mcycle is the SoC's counter plus an offset, so a write costs no second counter.
  reg [31:0] mscratch_q;
  reg [63:0] cycle_offset_q;
  wire [31:0] trace_pid, trace_calls;
  wire [7:0]  trace_class, trace_rqlock, trace_running, trace_local, trace_held;
  wire        trace_resched;

  assign attn_o = state_q == READY;
  assign rsp_status_o = rsp_q;
  assign rsp_data_o = data_q;
  assign rsp_remaining_o = remaining_q;
  assign bus_req_o = state_q == BUS;
  assign wfi_o = state_q == WFI;

  soc_hart_trace trace (
      .clk(clk), .por_n_i(por_n_i), .tgl_i(tr_tgl_i),
      .site_i(tr_site_i), .pid_i(tr_pid_i), .class_i(tr_class_i), .calls_i(tr_calls_i), .resched_i(tr_resched_i),
      .rqlock_i(tr_rqlock_i), .queues_i(tr_queues_i),
      .site_q(site_o), .pid_q(trace_pid), .class_q(trace_class), .calls_q(trace_calls), .resched_q(trace_resched),
      .rqlock_q(trace_rqlock), .running_q(trace_running), .local_q(trace_local), .held_q(trace_held));

  // A variable that is assigned by = in a clocked block is set and used within one edge.
  // verilator lint_off BLKSEQ
  // --- traps -----------------------------------------------------------------------------------------------------------

  function [2:0] lines(input external, input software, input timer);
    lines = {external, software, timer};
  endfunction

  // Whether a trap is taken, and its cause if it is no NMI.
  task decide_trap;
    begin
      taken = 3'b0;
      if (mstatus_mie) taken = lines(meip_i, msip_i, mtip_i) & mie;
      trap = !nmi_active && (nmi_pending_q || taken != 3'b0);
    end
  endtask

  // A response without error or trap.
  function [7:0] response(input [1:0] status);
    begin
      response = 8'b0;
      response[`RSP_STATUS] = status;
    end
  endfunction

  // The status of an op that ends by a trap: cut short, or not begun at all.
  function [1:0] cut_short(input [4:0] opcode);
    cut_short = (opcode == `OP_COMPUTE) ? `STATUS_TRAPPED : `STATUS_NOT_STARTED;
  endfunction

  function [3:0] cause_of(input [2:0] pending);
    cause_of = pending[2] ? `IRQ_EXTERNAL : pending[1] ? `IRQ_SOFTWARE : pending[0] ? `IRQ_TIMER : 4'd0;
  endfunction

  // --- CSRs ----------------------------------------------------------------------------------------------------------

  function [63:0] mcycle(input [63:0] cycle);
    mcycle = cycle + cycle_offset_q;
  endfunction

  function [31:0] interrupt_bits(input [2:0] set);
    interrupt_bits = {20'b0, set[2], 3'b0, set[0], 3'b0, set[1], 3'b0};
  endfunction

  // {known, value}
  function [32:0] csr_read(input [31:0] number);
    reg [63:0] count;
    begin
      count = mcycle(cycle_i);
      case (number)
        {20'b0, `CSR_MSTATUS}:  csr_read = {1'b1, 19'b0, 2'b11, 3'b0, mstatus_mpie_q, 3'b0, mstatus_mie_q, 3'b0};
        {20'b0, `CSR_MIE}:      csr_read = {1'b1, interrupt_bits(mie_q)};
        {20'b0, `CSR_MIP}:      csr_read = {1'b1, interrupt_bits(lines(meip_i, msip_i, mtip_i))};
        {20'b0, `CSR_MSCRATCH}: csr_read = {1'b1, mscratch_q};
        {20'b0, `CSR_MCAUSE}:   csr_read = {1'b1, mcause_interrupt_q, 27'b0, mcause_code_q};
        {20'b0, `CSR_MNCAUSE}:  csr_read = {1'b1, nmi_seen_q, 31'b0};   // code 0: unknown cause
        {20'b0, `CSR_MNSTATUS}: csr_read = {1'b1, 28'b0, !nmi_active_q, 3'b0};
        {20'b0, `CSR_MCYCLE}:   csr_read = {1'b1, count[31:0]};
        {20'b0, `CSR_MCYCLEH}:  csr_read = {1'b1, count[63:32]};
        {20'b0, `CSR_TIME}:     csr_read = {1'b1, time_i[31:0]};
        {20'b0, `CSR_TIMEH}:    csr_read = {1'b1, time_i[63:32]};
        {20'b0, `CSR_MHARTID}:  csr_read = {1'b1, 26'b0, HART};
        {20'b0, `CSR_TSITE}:    csr_read = {1'b1, 16'b0, site_o};
        {20'b0, `CSR_TPID}:     csr_read = {1'b1, trace_pid};
        {20'b0, `CSR_TCLASS}:   csr_read = {1'b1, 24'b0, trace_class};
        {20'b0, `CSR_TCALLS}:   csr_read = {1'b1, trace_calls};
        {20'b0, `CSR_TRESCHED}: csr_read = {1'b1, 31'b0, trace_resched};
        {20'b0, `CSR_TRQLOCK}:  csr_read = {1'b1, 24'b0, trace_rqlock};
        {20'b0, `CSR_TQUEUES}:  csr_read = {1'b1, 8'b0, trace_held, trace_local, trace_running};
        default:                csr_read = 33'b0;
      endcase
    end
  endfunction

  function [31:0] csr_value(input [4:0] opcode, input [31:0] old, input [31:0] operand);
    case (opcode)
      `OP_CSR_SET:   csr_value = old | operand;
      `OP_CSR_CLEAR: csr_value = old & ~operand;
      default:       csr_value = operand;
    endcase
  endfunction

  // Writes to read-only fields are ignored; a CSR that does not exist, or a write to the read-only range, is an error.
  task csr_write(input [11:0] number, input [31:0] value);
    reg [63:0] count;
    begin
      count = mcycle(cycle_i);
      case (number)
        `CSR_MSTATUS: begin
          mstatus_mie = value[`CSR_MSTATUS_MIE_LSB];
          mstatus_mpie = value[`CSR_MSTATUS_MPIE_LSB];
          decide_trap;
        end
        `CSR_MIE: begin
          mie = {value[`IRQ_EXTERNAL], value[`IRQ_SOFTWARE], value[`IRQ_TIMER]};
          decide_trap;
        end
        `CSR_MCAUSE: begin
          mcause_interrupt_q <= value[31];
          mcause_code_q <= value[3:0];
        end
        `CSR_MSCRATCH: mscratch_q <= value;
        // The halves tear: read high, low, high. The value written is the count of this clock.
        `CSR_MCYCLE:   cycle_offset_q <= {count[63:32], value} - cycle_i;
        `CSR_MCYCLEH:  cycle_offset_q <= {value, count[31:0]} - cycle_i;
        default: ;
      endcase
    end
  endtask

  task execute_csr(input [4:0] opcode, input [31:0] number, input [31:0] operand);
    reg        known;
    reg [31:0] old;
    begin
      {known, old} = csr_read(number);
      data_q <= old;
      if (!known || (number[11:10] == 2'b11 && opcode != `OP_CSR_READ)) rsp[`RSP_BUS_ERROR] = 1'b1;
      else if (opcode != `OP_CSR_READ) csr_write(number[11:0], csr_value(opcode, old, operand));
    end
  endtask

  // --- ops -----------------------------------------------------------------------------------------------------------

  task begin_bus;
    begin
      state_q <= BUS;
      if (sim_done_i) begin
        state_q <= READY;
        data_q <= sim_rdata_i;
      end
      bus_op_q <= opcode_i;
      bus_addr_q <= op_addr_i;
      bus_data_q <= op_data_i;
      bus_cmp_q <= op_cmp_i;
    end
  endtask

  function bus_op(input [4:0] opcode);
    case (opcode)
      `OP_LOAD, `OP_STORE, `OP_AMO_SWAP, `OP_AMO_ADD, `OP_AMO_OR, `OP_AMO_AND, `OP_CAS: bus_op = 1'b1;
      default: bus_op = 1'b0;
    endcase
  endfunction

  // Passes the cycles of this clock: one, or those of a skip, which may end the COMPUTE, or the lead and begin the transfer behind it.
  task count_down(input [31:0] cycles);
    reg [31:0] passed;
    begin
      passed = (sim_skip_i == 32'b0) ? 32'd1 : sim_skip_i;
      remaining_q <= cycles - passed;
      if (cycles > passed) state_q <= COMPUTE;
      else if (opcode_i == `OP_COMPUTE) begin
        state_q <= READY;
        if (cycles != passed) skipped_event = 1'b1;
      end else if (cycles == passed) state_q <= START;
      else begin
        remaining_q <= 32'b0;
        begin_bus;
        if (!bus_op(opcode_i) || (!sim_bus_taken_i && cycles + 32'd1 != passed)) skipped_event = 1'b1;
      end
    end
  endtask

  task begin_op;
    case (opcode_i)
      `OP_LOAD, `OP_STORE, `OP_AMO_SWAP, `OP_AMO_ADD, `OP_AMO_OR, `OP_AMO_AND, `OP_CAS: begin_bus;
      `OP_CSR_READ, `OP_CSR_WRITE, `OP_CSR_SET, `OP_CSR_CLEAR: execute_csr(opcode_i, op_addr_i, op_data_i);
      `OP_WFI: if ((lines(meip_i, msip_i, mtip_i) & mie) == 3'b0) state_q <= WFI;
      `OP_MRET: begin
        mstatus_mie = mstatus_mpie;
        mstatus_mpie = 1'b1;
        decide_trap;
      end
      `OP_MNRET:
        if (nmi_active) begin
          nmi_active = 1'b0;
          decide_trap;
        end else rsp[`RSP_BUS_ERROR] = 1'b1;
      default: rsp[`RSP_BUS_ERROR] = 1'b1;
    endcase
  endtask

  // Every register is read above where it is written, so that a simulator needs no second copy of it.
  always @(posedge clk)
    if (!rst_n) begin
      state_q <= HELD;
      op_tgl_q <= op_tgl_i;
      rsp_q <= response(`STATUS_RESET);
      data_q <= 32'b0;
      remaining_q <= 32'b0;
      entry_q <= 16'b0;
      {mstatus_mie_q, mstatus_mpie_q, mie_q} <= 5'b0;
      {mcause_interrupt_q, mcause_code_q} <= 5'b0;
      {nmi_pending_q, nmi_active_q, nmi_seen_q} <= 3'b0;
      mscratch_q <= 32'b0;
      cycle_offset_q <= 64'b0;
    end else begin
      trap = 1'b0;
      skipped_event = 1'b0;
      case (state_q)
        COMPUTE: begin
          {mstatus_mie, mstatus_mpie, mie, nmi_active} = {mstatus_mie_q, mstatus_mpie_q, mie_q, nmi_active_q};
          decide_trap;
          if (trap) rsp = response(cut_short(opcode_i));
          else count_down(remaining_q);
        end

        ENTRY:
          if (entry_q == 16'b0) begin
            state_q <= READY;
            skipped_event = 1'b1;
          end else begin
            if ({16'b0, entry_q} < sim_skip_i) skipped_event = 1'b1;
            entry_q <= entry_q - ((sim_skip_i == 32'b0) ? 16'd1 : sim_skip_i[15:0]);
          end

        BUS: if (bus_done_i) begin
          state_q <= READY;
          skipped_event = 1'b1;
          data_q <= bus_rdata_i;
          rsp_q[`RSP_BUS_ERROR] <= bus_err_i;
        end else if (sim_done_i) begin
          state_q <= READY;
          data_q <= sim_rdata_i;
          rsp_q[`RSP_BUS_ERROR] <= 1'b0;
        end

        WFI: begin
          {mstatus_mie, mstatus_mpie, mie, nmi_active} = {mstatus_mie_q, mstatus_mpie_q, mie_q, nmi_active_q};
          decide_trap;
          if (trap) rsp = response(`STATUS_TRAPPED);
          else if ((lines(meip_i, msip_i, mtip_i) & mie) != 3'b0) begin
            state_q <= READY;
            skipped_event = 1'b1;
          end
        end

        READY, START: if (state_q == START || op_tgl_i != op_tgl_q) begin
          {mstatus_mie, mstatus_mpie, mie, nmi_active} = {mstatus_mie_q, mstatus_mpie_q, mie_q, nmi_active_q};
          op_tgl_q <= op_tgl_i;
          rsp = response(`STATUS_DONE);
          delay = (state_q == START) ? 32'b0 : (opcode_i == `OP_COMPUTE) ? op_data_i : op_lead_i;
          remaining_q <= delay;
          state_q <= READY;
          decide_trap;
          if (trap) rsp[`RSP_STATUS] = cut_short(opcode_i);
          else if (delay != 32'b0) count_down(delay);
          else begin
            if (!sim_bus_taken_i || !bus_op(opcode_i)) skipped_event = 1'b1;
            begin_op;
            if (trap) rsp[`RSP_STATUS] = `STATUS_TRAPPED;
            {mstatus_mie_q, mstatus_mpie_q, mie_q, nmi_active_q} <= {mstatus_mie, mstatus_mpie, mie, nmi_active};
          end
          rsp_q <= rsp;
        end else skipped_event = 1'b1;

        default: begin                    // HELD
          op_tgl_q <= op_tgl_i;
          if (run_i) begin
            state_q <= READY;
            skipped_event = 1'b1;
          end
        end
      endcase

      if (trap) begin
        state_q <= ENTRY;
        entry_q <= entry_latency_i;
        if (nmi_pending_q) begin
          rsp[`RSP_NMI] = 1'b1;
          nmi_active_q <= 1'b1;
          nmi_seen_q <= 1'b1;
        end else begin
          rsp[`RSP_CAUSE] = cause_of(taken);
          mcause_code_q <= cause_of(taken);
          mcause_interrupt_q <= 1'b1;
          mstatus_mie_q <= 1'b0;
          mstatus_mpie_q <= mstatus_mie;
        end
        rsp_q <= rsp;
      end
      if ((skipped_event || trap) && sim_skip_i != 32'b0) `BROKEN_INVARIANT("a skip passes no event of the hart")
      if (nmi_i) nmi_pending_q <= 1'b1;   // one that arrives as another is taken is one more NMI, not the same
      else if (trap) nmi_pending_q <= 1'b0;
    end
  // verilator lint_on BLKSEQ

  // --- horizon -------------------------------------------------------------------------------------------------------

  // Nothing that is pending would be taken before this hart has executed an op that lets it in.
  function quiet(input [2:0] pending);
    quiet = nmi_active_q || (!nmi_pending_q && !(mstatus_mie_q && pending != 3'b0));
  endfunction

  // The presenter of the ops knows how long the hart computes and when it waits for an op; the bus knows how far its transfer is.
  always @* begin
    sim_horizon_o = 32'b0;
    if (sim_horizon_en_i && rst_n && !nmi_i)
      case (state_q)
        HELD:    if (!run_i) sim_horizon_o = NEVER;
        ENTRY:   sim_horizon_o = {16'b0, entry_q};
        WFI:     if (quiet(3'b0) && (lines(meip_i, msip_i, mtip_i) & mie_q) == 3'b0) sim_horizon_o = NEVER;
        default: if (quiet(lines(meip_i, msip_i, mtip_i) & mie_q)) sim_horizon_o = NEVER;
      endcase
  end

  `INVARIANT_WHEN(op_tgl_i != op_tgl_q, "an op comes only to a hart that asks, and COMPUTE burns at least one cycle",
                  state_q == HELD || (state_q == READY && (opcode_i != `OP_COMPUTE || op_data_i != 32'b0)))

endmodule
`default_nettype wire
