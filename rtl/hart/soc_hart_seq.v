// SPDX-License-Identifier: Apache-2.0
// soc_hart_seq: executes the ops of one hart, one at a time.
// attn_o = 1: the response fields are valid and an op may be presented (fields set, op_tgl_i flipped). It starts at the
// next clock edge, so ops follow each other without a bubble:
//   COMPUTE n         n clocks
//   CSR, MRET, MNRET  1 clock
//   WFI               until (mip & mie) != 0; 1 clock if that holds already
//   LOAD .. CAS       2 clocks + the bus: 3 + mem_latency when nobody else uses it
// A takeable interrupt comes instead of a clock's work (never inside a bus transfer); attn_o rises entry latency + 1 clocks
// after the edge that takes it. Out of reset the hart is held until run_i, then reports status RESET.
`default_nettype none
`include "regs.vh"
`include "invariant.vh"
module soc_hart_seq (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        run_i,
    input  wire [15:0] entry_latency_i,
    input  wire [31:0] skip_i,
    input  wire [31:0] step_i,        // cycles this clock stands for: 1, or skip_i
    // op port
    input  wire        op_tgl_i,
    input  wire [4:0]  opcode_i,
    input  wire [31:0] op_addr_i,
    input  wire [31:0] op_data_i,
    input  wire [31:0] op_cmp_i,
    output wire        attn_o,
    output wire [7:0]  rsp_status_o,
    output wire [31:0] rsp_data_o,
    output wire [31:0] rsp_remaining_o,
    // CSRs and traps
    output wire        csr_en_o,
    output wire        csr_commit_o,
    output wire        mret_o,
    output wire        mnret_o,
    input  wire [31:0] csr_rdata_i,
    input  wire        csr_illegal_i,
    input  wire        want_i,
    input  wire        settle_i,
    input  wire        trap_nmi_i,
    input  wire [3:0]  trap_cause_i,
    input  wire        wake_i,
    input  wire        in_nmi_i,
    output wire        take_o,
    // bus master: stable from bus_req_o to bus_done_i
    output wire        bus_req_o,
    output reg  [4:0]  bus_op_q,
    output reg  [31:0] bus_addr_q,
    output reg  [31:0] bus_data_q,
    output reg  [31:0] bus_cmp_q,
    input  wire        bus_done_i,
    input  wire [31:0] bus_rdata_i,
    input  wire        bus_err_i,
    // what others want to know
    output wire        wfi_o,
    input  wire        nmi_i,
    input  wire        horizon_en_i,
    output reg  [31:0] horizon_o      // cycles free of events after this clock edge
);
  localparam [2:0] HELD = 3'd0, READY = 3'd1, COMPUTE = 3'd2, BUS = 3'd3, WFI = 3'd4, ENTRY = 3'd5;
  localparam [31:0] NEVER = 32'h7fff_ffff;

  reg [2:0]  state_q;
  reg        seen_q;                  // op_tgl_i of the last op begun
  reg [1:0]  status_q;
  reg        nmi_q, error_q;
  reg [3:0]  cause_q;
  reg [31:0] data_q;
  reg [31:0] remaining_q;             // COMPUTE: cycles to burn; kept as the response when a trap cuts it short
  reg [15:0] entry_q;

  wire fresh = state_q == READY && op_tgl_i != seen_q;
  wire is_compute = opcode_i == `OP_COMPUTE;
  wire is_bus = opcode_i >= `OP_LOAD && opcode_i <= `OP_CAS;
  wire is_csr = opcode_i >= `OP_CSR_READ && opcode_i <= `OP_CSR_CLEAR;
  wire begins = fresh && !want_i;

  assign attn_o = state_q == READY;
  assign rsp_status_o = {error_q, cause_q, nmi_q, status_q};
  assign rsp_data_o = data_q;
  assign rsp_remaining_o = remaining_q;
  assign csr_en_o = fresh && is_csr;
  assign csr_commit_o = begins && is_csr;
  assign mret_o = begins && opcode_i == `OP_MRET;
  assign mnret_o = begins && opcode_i == `OP_MNRET;
  assign bus_req_o = state_q == BUS;
  assign wfi_o = state_q == WFI;

  // Only these ops can open the door to an interrupt that was shut out before.
  wire settles = (csr_commit_o || mret_o || mnret_o) && settle_i;
  assign take_o = settles || (want_i && (fresh || state_q == COMPUTE || state_q == WFI));

  always @(posedge clk)
    if (!rst_n) begin
      state_q <= HELD;
      seen_q <= op_tgl_i;
      status_q <= `STATUS_RESET;
      nmi_q <= 1'b0;
      error_q <= 1'b0;
      cause_q <= 4'd0;
      data_q <= 32'b0;
      remaining_q <= 32'b0;
      entry_q <= 16'b0;
    end else begin
      case (state_q)
        HELD: begin
          seen_q <= op_tgl_i;         // an op presented before a reset is void
          if (run_i) state_q <= READY;
        end

        READY: if (fresh) begin
          seen_q <= op_tgl_i;
          status_q <= `STATUS_DONE;
          nmi_q <= 1'b0;
          error_q <= 1'b0;
          cause_q <= 4'd0;
          remaining_q <= 32'b0;
          if (want_i) begin
            status_q <= is_compute ? `STATUS_TRAPPED : `STATUS_NOT_STARTED;
            if (is_compute) remaining_q <= op_data_i;
          end else if (is_compute) begin
            remaining_q <= op_data_i - 32'd1;
            if (op_data_i != 32'd1) state_q <= COMPUTE;
          end else if (is_bus) begin
            state_q <= BUS;
          end else if (is_csr) begin
            data_q <= csr_rdata_i;
            error_q <= csr_illegal_i;
          end else if (opcode_i == `OP_WFI) begin
            if (!wake_i) state_q <= WFI;
          end else begin
            error_q <= !(mret_o || (mnret_o && in_nmi_i));
          end
          if (settles) status_q <= `STATUS_TRAPPED;
        end

        COMPUTE: if (want_i) begin
          status_q <= `STATUS_TRAPPED;
        end else begin
          remaining_q <= remaining_q - step_i;
          if (remaining_q == step_i) state_q <= READY;
        end

        BUS: if (bus_done_i) begin
          state_q <= READY;
          data_q <= bus_rdata_i;
          error_q <= bus_err_i;
        end

        WFI: if (want_i) status_q <= `STATUS_TRAPPED;
        else if (wake_i) state_q <= READY;

        default:                      // ENTRY
          if (entry_q == 16'b0) state_q <= READY;
          else entry_q <= entry_q - step_i[15:0];
      endcase

      if (take_o) begin
        state_q <= ENTRY;
        entry_q <= entry_latency_i;
        nmi_q <= trap_nmi_i;
        cause_q <= trap_nmi_i ? 4'd0 : trap_cause_i;
      end
    end

  always @(posedge clk)
    if (rst_n && begins && is_bus) begin
      bus_op_q <= opcode_i;
      bus_addr_q <= op_addr_i;
      bus_data_q <= op_data_i;
      bus_cmp_q <= op_cmp_i;
    end

  // A hart in BUS waits for others only: the bus answers for it.
  always @* begin
    horizon_o = 32'b0;
    if (horizon_en_i && !nmi_i)
      case (state_q)
        HELD:    if (!run_i) horizon_o = NEVER;
        READY:   if (begins && is_compute && op_data_i > 32'd2) horizon_o = op_data_i - 32'd2;
                 else if (begins && opcode_i == `OP_WFI && !wake_i) horizon_o = NEVER;
        COMPUTE: if (!want_i && remaining_q > 32'd2) horizon_o = remaining_q - 32'd2;
        BUS:     horizon_o = NEVER;
        WFI:     if (!want_i && !wake_i) horizon_o = NEVER;
        default: if (entry_q != 16'b0) horizon_o = {16'b0, entry_q - 16'd1};
      endcase
  end

  `INVARIANT("COMPUTE burns at least one cycle", !(fresh && is_compute && op_data_i == 32'b0))
  `INVARIANT("an op is presented only to a hart that asks", op_tgl_i == seen_q || state_q == READY || state_q == HELD)
  `INVARIANT("the bus answers only who asked", !bus_done_i || state_q == BUS)
  `INVARIANT("a skip passes no event of the hart",
             skip_i == 32'b0 || state_q == BUS || (state_q == HELD && !run_i)
             || (state_q == COMPUTE && !want_i && remaining_q > skip_i) || (state_q == WFI && !want_i && !wake_i)
             || (state_q == ENTRY && {16'b0, entry_q} >= skip_i))
endmodule
`default_nettype wire
