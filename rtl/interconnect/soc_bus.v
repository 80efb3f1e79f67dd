// SPDX-License-Identifier: Apache-2.0
// soc_bus: one shared bus, one transfer at a time.
//   grant   the arbiter picks a requester, its fields are latched, RAM starts to read
//   wait    mem_latency clocks
//   access  one clock: strobe_q to the slave, at whose end the slave changes and the master has its answer
// The next grant comes in the clock after the access, so a transfer owns the bus for 2 + mem_latency clocks. An atomic is
// one transfer like any other: no other transfer can come between its read and its write.
// A skip may take a transfer through grant and wait to the clock of its access, which is an ordinary clock. soc_leap says how a
// skip may do more.
// A master that is reset loses its transfer, unless that is in its access clock: then it happens, unanswered.
`default_nettype none
`include "regs.vh"
`include "invariant.vh"
module soc_bus #(
    parameter NUM_HARTS = 4,
    parameter RAM_BYTES = `RAM_SIZE_DEFAULT
) (
    input  wire                    clk,
    input  wire                    rst_n,
    input  wire [15:0]             mem_latency_i,
    // masters
    input  wire [NUM_HARTS-1:0]    req_i,
    input  wire [NUM_HARTS-1:0]    master_rst_n_i,
    input  wire [5*NUM_HARTS-1:0]  op_i,
    input  wire [32*NUM_HARTS-1:0] addr_i,
    input  wire [32*NUM_HARTS-1:0] data_i,
    input  wire [32*NUM_HARTS-1:0] cmp_i,
    output reg  [NUM_HARTS-1:0]    done_q,        // one-hot in the access clock
    output wire                    err_o,
    // slaves, by number
    output wire                    grant_o,
    output reg  [31:0]             grant_addr_o,  // valid with grant_o: RAM reads ahead
    output reg  [`NUM_SLAVES-1:0]  strobe_q,
    output reg  [4:0]              op_q,
    output reg  [31:0]             addr_q,
    output reg  [31:0]             data_q,
    output reg  [31:0]             cmp_q,
    output reg                     we_q,          // plain stores; atomics are RAM's business
    input  wire                    slave_err_i,
    // Simulation only
    // verilator tracing_off
    input  wire [31:0]             sim_skip_i,    // 0: this clock is one cycle; k: it is k cycles
    input  wire [NUM_HARTS-1:0]    sim_leap_i,    // one-hot, in a skip: whose transfer begins and is granted in it; a load ends
    input  wire [4:0]              sim_leap_op_i,
    input  wire [31:0]             sim_leap_addr_i,
    input  wire [31:0]             sim_leap_data_i,
    input  wire [31:0]             sim_leap_cmp_i,
    input  wire                    sim_finish_i,  // in a skip: the load that is granted in it ends
    output wire [NUM_HARTS-1:0]    sim_granted_o, // one-hot: whose transfer the next clock grants
    output reg  [31:0]             sim_horizon_o  // cycles that the next clock may stand for; 0: 1 + mem_latency_i
);
  reg [15:0] skipped;                 // cycles of a skip behind its first; set and used within one edge
  // verilator tracing_on
  localparam INDEX_BITS = (NUM_HARTS > 1) ? $clog2(NUM_HARTS) : 1;
  localparam [1:0] IDLE = 2'd0, WAIT = 2'd1, ACCESS = 2'd2;
  localparam [NUM_HARTS-1:0] NOBODY = 0;
  localparam [NUM_HARTS-1:0] ONE = 1;
  localparam [31:0] NEVER = `HORIZON_NEVER;
  localparam [`NUM_SLAVES-1:0] NO_SLAVE = 0;
  localparam [`NUM_SLAVES-1:0] RAM = 1;   // one-hot: slave 0

  reg [1:0]            state_q;
  reg [15:0]           wait_q;
  reg [`NUM_SLAVES-1:0] select_q;
  reg [NUM_HARTS-1:0]  owner_q;       // one-hot
  reg [4:0]            grant_op;
  wire [INDEX_BITS-1:0] winner;
  wire [`NUM_SLAVES-1:0] select;

  assign grant_o = state_q == IDLE && req_i != NOBODY;
  assign sim_granted_o = grant_o ? ONE << winner : NOBODY;

  soc_arbiter #(.NUM_HARTS(NUM_HARTS)) arbiter (
      .clk(clk), .rst_n(rst_n), .en_i(grant_o), .req_i(req_i), .sim_leap_i(sim_leap_i), .winner_o(winner));

  always @* begin
    grant_addr_o = 32'b0;
    grant_op = 5'b0;
    if (grant_o) begin
      grant_addr_o = addr_i[32*winner +: 32];
      grant_op = op_i[5*winner +: 5];
    end
  end

  soc_decoder #(.NUM_HARTS(NUM_HARTS), .RAM_BYTES(RAM_BYTES)) decoder (
      .en_i(grant_o), .addr_i(grant_addr_o), .atomic_i(grant_op >= `OP_AMO_SWAP), .select_o(select));

  // verilator lint_off BLKSEQ
  always @(posedge clk) begin
    skipped = (sim_skip_i == 32'b0) ? 16'd0 : sim_skip_i[15:0] - 16'd1;
    if (!rst_n) begin
      state_q <= IDLE;
      wait_q <= 16'b0;
      select_q <= NO_SLAVE;
      strobe_q <= NO_SLAVE;
      owner_q <= NOBODY;
      done_q <= NOBODY;
    end else
      case (state_q)
        IDLE: if (sim_leap_i != NOBODY) begin
          select_q <= RAM;
          wait_q <= 16'd0;
          if (sim_leap_op_i != `OP_LOAD) begin
            owner_q <= sim_leap_i;
            state_q <= ACCESS;
            strobe_q <= RAM;
            done_q <= sim_leap_i;
          end
        end else if (grant_o && master_rst_n_i[winner]) begin
          select_q <= select;
          wait_q <= sim_finish_i ? 16'd0 : mem_latency_i - skipped;
          if (!sim_finish_i) owner_q <= ONE << winner;
          if (sim_finish_i) state_q <= IDLE;
          else if (mem_latency_i != skipped) state_q <= WAIT;
          else begin
            state_q <= ACCESS;
            strobe_q <= select;
            done_q <= ONE << winner;
          end
        end

        WAIT: begin
          wait_q <= wait_q - 16'd1 - skipped;
          if ((owner_q & master_rst_n_i) == NOBODY) begin
            state_q <= IDLE;
            owner_q <= NOBODY;
          end else if (wait_q == skipped + 16'd1) begin
            state_q <= ACCESS;
            strobe_q <= select_q;
            done_q <= owner_q;
          end
        end

        default: begin                // ACCESS
          state_q <= IDLE;
          strobe_q <= NO_SLAVE;
          owner_q <= NOBODY;
          done_q <= NOBODY;
        end
      endcase
  end
  // verilator lint_on BLKSEQ

  always @(posedge clk)
    if (sim_leap_i != NOBODY) begin
      op_q <= sim_leap_op_i;
      we_q <= sim_leap_op_i == `OP_STORE;
      addr_q <= sim_leap_addr_i;
      data_q <= sim_leap_data_i;
      cmp_q <= sim_leap_cmp_i;
    end else if (grant_o) begin
      op_q <= grant_op;
      we_q <= grant_op == `OP_STORE;
      addr_q <= grant_addr_o;
      data_q <= data_i[32*winner +: 32];
      cmp_q <= cmp_i[32*winner +: 32];
    end

  assign err_o = (strobe_q == NO_SLAVE) || slave_err_i;

  always @*
    case (state_q)
      IDLE:    sim_horizon_o = (req_i == NOBODY) ? NEVER : 32'd0;
      WAIT:    sim_horizon_o = {16'b0, wait_q};
      default: sim_horizon_o = 32'd1;
    endcase

  `INVARIANT_WHEN(state_q != IDLE, "the bus has one owner while it moves",
                  owner_q != NOBODY && (owner_q & (owner_q - ONE)) == NOBODY)
  `INVARIANT_WHEN(state_q != IDLE, "the bus answers only who asked", (done_q & ~req_i) == NOBODY)
  `INVARIANT_WHEN(state_q != IDLE, "one slave at most is strobed", (strobe_q & (strobe_q - RAM)) == NO_SLAVE)
  `INVARIANT_WHEN(sim_finish_i, "what a skip finishes is a load from RAM, at its end",
                  grant_o && grant_op == `OP_LOAD && select == RAM && sim_skip_i == {16'b0, mem_latency_i} + 32'd2)
  wire [31:0] leap_offset = sim_leap_addr_i - `RAM_BASE;
  `INVARIANT_WHEN(sim_leap_i != NOBODY, "a leap takes one transfer to RAM over an idle bus",
                  sim_skip_i != 32'b0 && state_q == IDLE && req_i == NOBODY && (sim_leap_i & (sim_leap_i - ONE)) == NOBODY
                  && leap_offset < RAM_BYTES && sim_leap_addr_i[1:0] == 2'b00)
  `INVARIANT_WHEN(sim_skip_i != 32'b0, "a skip passes no event of the bus",
                  (state_q == IDLE && (req_i == NOBODY || {16'b0, mem_latency_i} + 32'd1 + {31'b0, sim_finish_i} >= sim_skip_i))
                  || (state_q == WAIT && {16'b0, wait_q} >= sim_skip_i))
endmodule
`default_nettype wire
