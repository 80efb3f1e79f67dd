// SPDX-License-Identifier: Apache-2.0
// soc_plic: RISC-V PLIC 1.0.0, one context per hart.
// A source shows in PENDING one clock after its gateway saw it, on eip_o one clock after that; every other change of
// the notification is one clock late too, so a claim may find nothing (ID 0). Edges that meet a busy gateway (pending
// or in service, the clock of the completion included) are dropped and counted. All unused offsets are RAZ/WI.
`default_nettype none
`include "invariant.vh"
`include "regs.vh"
module soc_plic #(
    parameter NUM_HARTS   = 4,                    // 1..15872
    parameter NUM_SOURCES = 10,                   // 1..1023, ids count from 1
    // 0: the user of the horizon sees to it that no level has moved since the last edge.
    parameter LEVELS_IN_HORIZON = 1
) (
    input  wire                 clk,
    input  wire                 rst_n,            // synchronous, active low
    // Bus: one transfer in the clock of req_i
    input  wire                 req_i,
    input  wire                 we_i,
    input  wire [25:0]          addr_i,
    input  wire [31:0]          wdata_i,
    // Interrupts
    input  wire [NUM_SOURCES:1] src_i,            // levels
    input  wire [NUM_SOURCES:1] edge_i,           // 1: the source asks by a rising edge; stable after reset
    output wire [NUM_HARTS-1:0] eip_o,
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0]          rdata_o,
    output reg                  err_o,
    // Simulation only
    input  wire [31:0]          sim_skip_i,       // 0: one clock; k: k clocks at once
    input  wire                 sim_horizon_en_i,
    output reg  [31:0]          sim_horizon_o     // 0 while anything moves
);
  localparam LEVEL_BITS = 3;
  localparam WORDS      = NUM_SOURCES / 32 + 1;
  localparam BITS       = 32 * WORDS;             // per-source vectors have a bit per id; id 0 and the unused stay 0
  reg  [BITS-1:0] claimed, completed;             // set and used within one edge
  reg  [9:0]      claim_id;
  reg  [BITS-1:0] enabled;                        // of a read
  integer         p, c, k, q;
  // verilator tracing_on
  localparam [BITS-1:0] SOURCES = ({BITS{1'b1}} >> (BITS - 1 - NUM_SOURCES)) & ~{{(BITS-1){1'b0}}, 1'b1};
  localparam [31:0]     NEVER = `HORIZON_NEVER;
  localparam [31:0]     DROPS_MAX = 32'hffff_ffff;

  generate if (NUM_HARTS < 1 || NUM_HARTS > 15872) begin : g_check_harts
    NUM_HARTS_must_be_1_to_15872 error_at_elaboration ();
  end endgenerate
  generate if (NUM_SOURCES < 1 || NUM_SOURCES > 1023) begin : g_check_sources
    NUM_SOURCES_must_be_1_to_1023 error_at_elaboration ();
  end endgenerate

  reg [BITS-1:0]                 pending_q;
  reg [BITS-1:0]                 in_service_q;    // claimed, not completed
  reg [BITS-1:0]                 src_q;           // levels of the last clock, for edges
  reg [LEVEL_BITS*BITS-1:0]      priority_q;
  reg [BITS*NUM_HARTS-1:0]       enable_q;
  reg [LEVEL_BITS*NUM_HARTS-1:0] threshold_q;
  reg [NUM_HARTS-1:0]            eip_q;
  reg [31:0]                     drops_q;         // saturates
  reg                            dirty_q;         // something eip_q depends on changed at the last edge

  // Bus. Decoded only in the clock of a transfer; a context that does not exist has nothing enabled.
  wire [25:0] ctx_offset = addr_i - `PLIC_THRESHOLD;
  wire [25:0] en_offset  = addr_i - `PLIC_ENABLE;
  wire [13:0] context_id = addr_i >= `PLIC_THRESHOLD ? ctx_offset[25:12] : en_offset[20:7];
  wire [4:0]  word       = addr_i[6:2];

  function [BITS-1:0] enabled_of(input [13:0] id, input [BITS*NUM_HARTS-1:0] enables);
    integer e;
    begin
      enabled_of = {BITS{1'b0}};
      for (e = 0; e < NUM_HARTS; e = e + 1) if (id == e[13:0]) enabled_of = enables[BITS*e +: BITS];
    end
  endfunction

  // Claim: highest priority, then lowest id; the threshold has no say. Counting down makes the lowest id win a tie.
  function [9:0] best_of(input [BITS-1:0] candidates, input [LEVEL_BITS*BITS-1:0] priorities);
    reg [LEVEL_BITS-1:0] level;
    integer              s;
    begin
      best_of = 10'd0;
      level   = {LEVEL_BITS{1'b0}};
      for (s = NUM_SOURCES; s > 0; s = s - 1)
        if (candidates[s] && priorities[LEVEL_BITS*s +: LEVEL_BITS] != {LEVEL_BITS{1'b0}} &&
            priorities[LEVEL_BITS*s +: LEVEL_BITS] >= level) begin
          best_of = s[9:0];
          level   = priorities[LEVEL_BITS*s +: LEVEL_BITS];
        end
    end
  endfunction

  function at_claim(input [25:0] addr);
    at_claim = addr >= `PLIC_THRESHOLD && (addr & 26'hfff) == `PLIC_CLAIM - `PLIC_THRESHOLD;
  endfunction

  function at_threshold(input [25:0] addr);
    at_threshold = addr >= `PLIC_THRESHOLD && (addr & 26'hfff) == 26'd0;
  endfunction

  function at_enable(input [25:0] addr);
    at_enable = addr >= `PLIC_ENABLE && addr < `PLIC_DROPPED_EDGES;
  endfunction

  // Gateways. At most one request of a source is inside; a request is never retracted.
  function [BITS-1:0] by_id(input [NUM_SOURCES:1] bits);
    begin
      by_id = {BITS{1'b0}};
      by_id[NUM_SOURCES:1] = bits;
    end
  endfunction

  function [BITS-1:0] forwarded(input [BITS-1:0] completions);
    reg [BITS-1:0] src, by_edge, asks;
    begin
      src       = by_id(src_i);
      by_edge   = by_id(edge_i);
      asks      = (src & ~by_edge) | (src & ~src_q & by_edge);
      forwarded = (asks & ~(pending_q | in_service_q)) | (completions & src & ~by_edge);
    end
  endfunction

  function [31:0] dropped_now(input [BITS-1:0] levels);
    reg [BITS-1:0] dropped;
    integer        g;
    begin
      dropped     = levels & ~src_q & by_id(edge_i) & (pending_q | in_service_q);
      dropped_now = 32'd0;
      for (g = 1; g <= NUM_SOURCES; g = g + 1) dropped_now = dropped_now + {31'd0, dropped[g]};
    end
  endfunction

  // A level that asks at a busy gateway is forwarded in the clock of the completion, an edge never later than it comes:
  // without a change of a level or an access no gateway moves.
  // A variable that is assigned by = in a clocked block is set and used within one edge.
  // verilator lint_off BLKSEQ
  always @(posedge clk)
    if (!rst_n) begin
      pending_q    <= {BITS{1'b0}};
      in_service_q <= {BITS{1'b0}};
      src_q        <= {BITS{1'b0}};
      drops_q      <= 32'd0;
      dirty_q      <= 1'b0;
      priority_q   <= {LEVEL_BITS*BITS{1'b0}};
      enable_q     <= {BITS*NUM_HARTS{1'b0}};
      threshold_q  <= {LEVEL_BITS*NUM_HARTS{1'b0}};
      eip_q        <= {NUM_HARTS{1'b0}};
    end else if (req_i || dirty_q || src_i != src_q[NUM_SOURCES:1]) begin
      claimed   = {BITS{1'b0}};
      completed = {BITS{1'b0}};
      if (dirty_q) eip_q <= notified(pending_q & SOURCES);
      dirty_q <= 1'b0;
      if (req_i && addr_i[1:0] == 2'd0) begin
        if (at_claim(addr_i)) begin
          if (we_i) begin                         // complete: silently ignored unless the id is enabled for this context
            for (c = 1; c <= NUM_SOURCES; c = c + 1) completed[c] = wdata_i == c && in_service_q[c];
            completed = completed & enabled_of(context_id, enable_q);
          end else begin
            claim_id = best_of(pending_q & enabled_of(context_id, enable_q), priority_q);
            for (c = 1; c <= NUM_SOURCES; c = c + 1) claimed[c] = claim_id == c[9:0];
          end
        end else if (we_i) begin
          if (addr_i < `PLIC_PENDING) begin
            dirty_q <= 1'b1;
            for (p = 1; p <= NUM_SOURCES; p = p + 1)
              if (addr_i[11:2] == p[9:0]) priority_q[LEVEL_BITS*p +: LEVEL_BITS] <= wdata_i[LEVEL_BITS-1:0];
          end
          if (at_threshold(addr_i) || at_enable(addr_i)) dirty_q <= 1'b1;
          for (c = 0; c < NUM_HARTS; c = c + 1)
            if (context_id == c[13:0]) begin
              if (at_threshold(addr_i)) threshold_q[LEVEL_BITS*c +: LEVEL_BITS] <= wdata_i[LEVEL_BITS-1:0];
              if (at_enable(addr_i))
                for (k = 0; k < WORDS; k = k + 1)
                  if (word == k[4:0]) enable_q[BITS*c + 32*k +: 32] <= wdata_i & SOURCES[32*k +: 32];
            end
        end
      end
      pending_q    <= (pending_q & ~claimed) | forwarded(completed);
      in_service_q <= (in_service_q | claimed) & ~completed;
      src_q        <= by_id(src_i);
      drops_q      <= dropped_now(by_id(src_i)) > DROPS_MAX - drops_q ? DROPS_MAX : drops_q + dropped_now(by_id(src_i));
      if ((forwarded(completed) | claimed) != {BITS{1'b0}}) dirty_q <= 1'b1;
    end
  // verilator lint_on BLKSEQ

  // Notification
  function [NUM_HARTS-1:0] notified(input [BITS-1:0] pending);
    integer t, h;
    begin
      notified = {NUM_HARTS{1'b0}};
      for (t = 1; t <= NUM_SOURCES; t = t + 1)
        if (pending[t])
          for (h = 0; h < NUM_HARTS; h = h + 1)
            if (enable_q[BITS*h + t] &&
                priority_q[LEVEL_BITS*t +: LEVEL_BITS] > threshold_q[LEVEL_BITS*h +: LEVEL_BITS]) notified[h] = 1'b1;
    end
  endfunction

  assign eip_o = eip_q;

  // Reads
  always @* begin
    q       = 0;
    enabled = {BITS{1'b0}};
    rdata_o = 32'd0;
    err_o   = 1'b0;
    if (req_i) begin
      err_o = addr_i[1:0] != 2'd0;
      if (!err_o && !we_i) begin
        enabled = enabled_of(context_id, enable_q);
        if (addr_i < `PLIC_PENDING)
          for (q = 1; q <= NUM_SOURCES; q = q + 1)
            if (addr_i[11:2] == q[9:0]) rdata_o[LEVEL_BITS-1:0] = priority_q[LEVEL_BITS*q +: LEVEL_BITS];
        for (q = 0; q < WORDS; q = q + 1)
          if (word == q[4:0]) begin
            if (addr_i >= `PLIC_PENDING && addr_i < `PLIC_PENDING + 26'h80) rdata_o = pending_q[32*q +: 32];
            if (at_enable(addr_i)) rdata_o = enabled[32*q +: 32];
          end
        if (addr_i == `PLIC_DROPPED_EDGES) rdata_o = drops_q;
        if (at_threshold(addr_i))
          for (q = 0; q < NUM_HARTS; q = q + 1)
            if (context_id == q[13:0]) rdata_o[LEVEL_BITS-1:0] = threshold_q[LEVEL_BITS*q +: LEVEL_BITS];
        if (at_claim(addr_i)) rdata_o[9:0] = best_of(pending_q & enabled, priority_q);
      end
    end
  end

  // Horizon: sources stand still in a skip, so a line that does not move now does not move later.
  always @* begin
    sim_horizon_o = 32'd0;
    if (sim_horizon_en_i && !req_i && !dirty_q && (LEVELS_IN_HORIZON == 0 || src_i == src_q[NUM_SOURCES:1])) sim_horizon_o = NEVER;
  end

  wire unused_ok = &{1'b0, ctx_offset[11:0], en_offset[25:21], en_offset[6:0]};

  `INVARIANT_WHEN(sim_skip_i != 32'd0, "skip while the PLIC moves", !req_i && !dirty_q && src_i == src_q[NUM_SOURCES:1])
  `INVARIANT_WHEN(dirty_q, "source both pending and in service", (pending_q & in_service_q) == {BITS{1'b0}})
endmodule
`default_nettype wire
