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
    parameter NUM_SOURCES = 10                    // 1..1023, ids count from 1
) (
    input  wire                 clk,
    input  wire                 rst_n,            // synchronous, active low
    // Bus: one transfer in the clock of req_i
    input  wire                 req_i,
    input  wire                 we_i,
    input  wire [25:0]          addr_i,
    input  wire [31:0]          wdata_i,
    output reg  [31:0]          rdata_o,
    output reg                  err_o,
    // Time
    input  wire [31:0]          skip_i,           // 0: one clock; k: k clocks at once
    input  wire                 horizon_en_i,
    output wire [31:0]          horizon_o,        // 0 while anything moves
    // Interrupts
    input  wire [NUM_SOURCES:1] src_i,            // levels
    input  wire [NUM_SOURCES:1] edge_i,           // 1: the source asks by a rising edge; stable after reset
    output wire [NUM_HARTS-1:0] eip_o
);
  localparam LEVEL_BITS = 3;
  localparam WORDS      = NUM_SOURCES / 32 + 1;
  localparam BITS       = 32 * WORDS;             // per-source vectors have a bit per id; id 0 and the unused stay 0
  localparam [BITS-1:0] SOURCES = ({BITS{1'b1}} >> (BITS - 1 - NUM_SOURCES)) & ~{{(BITS-1){1'b0}}, 1'b1};
  localparam [31:0]     NEVER = 32'h7fff_ffff;
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

  // Bus decode
  wire [25:0] en_offset    = addr_i - `PLIC_ENABLE;
  wire [25:0] ctx_offset   = addr_i - `PLIC_THRESHOLD;
  wire [4:0]  word         = addr_i[6:2];
  reg  [13:0] context_id;
  reg         access, write, at_priority, at_pending, at_enable, at_drops, at_threshold, at_claim, claim, complete;

  always @* begin
    {access, write, at_priority, at_pending, at_enable, at_drops, at_threshold, at_claim, claim, complete} = 10'd0;
    context_id = 14'd0;
    err_o      = 1'b0;
    if (req_i) begin
      access       = addr_i[1:0] == 2'd0;
      write        = access && we_i;
      at_priority  = addr_i < `PLIC_PENDING;
      at_pending   = addr_i >= `PLIC_PENDING && addr_i < `PLIC_PENDING + 26'h80;
      at_enable    = addr_i >= `PLIC_ENABLE && addr_i < `PLIC_DROPPED_EDGES;
      at_drops     = addr_i == `PLIC_DROPPED_EDGES;
      at_threshold = addr_i >= `PLIC_THRESHOLD && ctx_offset[11:0] == 12'd0;
      at_claim     = addr_i >= `PLIC_THRESHOLD && {14'd0, ctx_offset[11:0]} == `PLIC_CLAIM - `PLIC_THRESHOLD;
      context_id   = addr_i >= `PLIC_THRESHOLD ? ctx_offset[25:12] : en_offset[20:7];
      claim        = access && !we_i && at_claim;
      complete     = write && at_claim;
      err_o        = !access;
    end
  end

  // What the addressed context has enabled; zero without an access to a context that exists.
  reg [BITS-1:0]       enabled;
  reg [LEVEL_BITS-1:0] threshold;
  integer e;
  always @* begin
    e         = 0;                                // a loop variable left unset in one branch is a latch to some tools
    enabled   = {BITS{1'b0}};
    threshold = {LEVEL_BITS{1'b0}};
    if (access)
      for (e = 0; e < NUM_HARTS; e = e + 1)
        if (context_id == e[13:0]) begin
          enabled   = enable_q[BITS*e +: BITS];
          threshold = threshold_q[LEVEL_BITS*e +: LEVEL_BITS];
        end
  end

  // Claim: highest priority, then lowest id; the threshold has no say. Counting down makes the lowest id win a tie.
  reg [9:0]            claim_id;
  reg [LEVEL_BITS-1:0] claim_level;
  reg [BITS-1:0]       claimed;
  integer s;
  always @* begin
    s           = 0;
    claim_id    = 10'd0;
    claim_level = {LEVEL_BITS{1'b0}};
    claimed     = {BITS{1'b0}};
    if (claim) begin
      for (s = NUM_SOURCES; s > 0; s = s - 1)
        if (pending_q[s] && enabled[s] && priority_q[LEVEL_BITS*s +: LEVEL_BITS] != {LEVEL_BITS{1'b0}} &&
            priority_q[LEVEL_BITS*s +: LEVEL_BITS] >= claim_level) begin
          claim_id    = s[9:0];
          claim_level = priority_q[LEVEL_BITS*s +: LEVEL_BITS];
        end
      for (s = 1; s <= NUM_SOURCES; s = s + 1) claimed[s] = claim_id == s[9:0];
    end
  end

  // Complete: silently ignored unless the id is enabled for this context.
  reg [BITS-1:0] completed;
  integer f;
  always @* begin
    f         = 0;
    completed = {BITS{1'b0}};
    if (complete)
      for (f = 1; f <= NUM_SOURCES; f = f + 1)
        completed[f] = wdata_i == f && enabled[f] && in_service_q[f];
  end

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
  wire stirred = req_i || src_i != src_q[NUM_SOURCES:1];

  always @(posedge clk)
    if (!rst_n) begin
      pending_q    <= {BITS{1'b0}};
      in_service_q <= {BITS{1'b0}};
      src_q        <= {BITS{1'b0}};
      drops_q      <= 32'd0;
      dirty_q      <= 1'b0;
    end else if (stirred || dirty_q) begin
      pending_q    <= (pending_q & ~claimed) | forwarded(completed);
      in_service_q <= (in_service_q | claimed) & ~completed;
      src_q        <= by_id(src_i);
      drops_q      <= dropped_now(by_id(src_i)) > DROPS_MAX - drops_q ? DROPS_MAX : drops_q + dropped_now(by_id(src_i));
      dirty_q      <= (forwarded(completed) | claimed) != {BITS{1'b0}} ||
                      (write && (at_priority || at_enable || at_threshold));
    end

  // Registers
  integer p, c, k;
  always @(posedge clk)
    if (!rst_n) begin
      priority_q  <= {LEVEL_BITS*BITS{1'b0}};
      enable_q    <= {BITS*NUM_HARTS{1'b0}};
      threshold_q <= {LEVEL_BITS*NUM_HARTS{1'b0}};
    end else if (write) begin
      if (at_priority)
        for (p = 1; p <= NUM_SOURCES; p = p + 1)
          if (addr_i[11:2] == p[9:0]) priority_q[LEVEL_BITS*p +: LEVEL_BITS] <= wdata_i[LEVEL_BITS-1:0];
      for (c = 0; c < NUM_HARTS; c = c + 1)
        if (context_id == c[13:0]) begin
          if (at_threshold) threshold_q[LEVEL_BITS*c +: LEVEL_BITS] <= wdata_i[LEVEL_BITS-1:0];
          if (at_enable)
            for (k = 0; k < WORDS; k = k + 1)
              if (word == k[4:0]) enable_q[BITS*c + 32*k +: 32] <= wdata_i & SOURCES[32*k +: 32];
        end
    end

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

  always @(posedge clk)
    if (!rst_n)       eip_q <= {NUM_HARTS{1'b0}};
    else if (dirty_q) eip_q <= notified(pending_q & SOURCES);

  assign eip_o = eip_q;

  // Reads
  integer q;
  always @* begin
    q       = 0;
    rdata_o = 32'd0;
    if (access && !we_i) begin
      if (at_priority)
        for (q = 1; q <= NUM_SOURCES; q = q + 1)
          if (addr_i[11:2] == q[9:0]) rdata_o[LEVEL_BITS-1:0] = priority_q[LEVEL_BITS*q +: LEVEL_BITS];
      for (q = 0; q < WORDS; q = q + 1)
        if (word == q[4:0]) begin
          if (at_pending) rdata_o = pending_q[32*q +: 32];
          if (at_enable)  rdata_o = enabled[32*q +: 32];
        end
      if (at_drops)     rdata_o = drops_q;
      if (at_threshold) rdata_o[LEVEL_BITS-1:0] = threshold;
      if (at_claim)     rdata_o = {22'd0, claim_id};
    end
  end

  // Horizon: sources stand still in a skip, so what does not move now does not move later.
  assign horizon_o = horizon_en_i && !stirred && !dirty_q ? NEVER : 32'd0;

  wire unused_ok = &{1'b0, en_offset[25:21], en_offset[6:0]};

  `INVARIANT_WHEN(skip_i != 32'd0, "skip while the PLIC moves", !stirred && !dirty_q)
  `INVARIANT_WHEN(dirty_q, "source both pending and in service", (pending_q & in_service_q) == {BITS{1'b0}})
endmodule
`default_nettype wire
