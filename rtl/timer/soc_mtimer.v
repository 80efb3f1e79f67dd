// SPDX-License-Identifier: Apache-2.0
// soc_mtimer: machine timer (RISC-V ACLINT MTIMER), offsets as in the CLINT window.
// MTIME ticks every prescale_i + 1 clocks. mtip_o[h] is MTIME >= MTIMECMPh, unsigned, one clock late. A write of either
// half of MTIME replaces the tick of that clock and leaves the prescaler phase alone.
// Tearing: halves are not latched. Read MTIME high-low-high; write a compare value low := all ones, high, low.
// Reserved words are RAZ/WI; a compare register of a hart that was not built is refused with err_o.
`default_nettype none
`include "invariant.vh"
`include "regs.vh"
module soc_mtimer #(parameter NUM_HARTS = 4) (    // 1..4095
    input  wire                 clk,
    input  wire                 rst_n,            // synchronous, active low
    // Bus: one transfer in the clock of req_i
    input  wire                 req_i,
    input  wire                 we_i,
    input  wire [25:0]          addr_i,           // offset in the CLINT window
    input  wire [31:0]          wdata_i,
    output reg  [31:0]          rdata_o,
    output wire                 err_o,
    // Time
    input  wire [31:0]          skip_i,           // 0: one clock; k: k clocks at once
    input  wire                 horizon_en_i,
    output reg  [31:0]          horizon_o,        // clocks until mtip_o may change
    input  wire [15:0]          prescale_i,       // stable after reset
    // Interrupts and time shadow
    output wire [NUM_HARTS-1:0] mtip_o,
    output wire [63:0]          mtime_o
);
  localparam [31:0] NEVER = 32'h7fff_ffff;
  localparam [63:0] LAST_TIME = 64'hffff_ffff_ffff_ffff;

  generate if (NUM_HARTS < 1 || NUM_HARTS > 4095) begin : g_check
    NUM_HARTS_must_be_1_to_4095 error_at_elaboration ();
  end endgenerate

  reg [63:0]             mtime_q;
  reg [15:0]             phase_q;                 // clocks since the last tick
  reg [64*NUM_HARTS-1:0] mtimecmp_q;
  reg [NUM_HARTS-1:0]    mtip_q;

  // Comparing every MTIMECMP in every clock is what makes a many-hart timer slow. All comparisons stay as they are
  // until MTIME reaches the smallest compare value above it, wraps, or a register is written; only then they are made.
  reg [63:0]             next_q;                  // smallest MTIMECMP above MTIME at the last evaluation
  reg                    dirty_q;                 // written or wrapped at the last edge
  wire                   evaluate = dirty_q || mtime_q >= next_q;

  // Bus
  wire [25:0] addr        = {10'd0, addr_i[15:0]};
  wire        misaligned  = addr[1:0] != 2'd0;
  wire        access      = req_i && !misaligned;
  wire        at_time_lo  = addr == `MTIMER_MTIME_LO;
  wire        at_time_hi  = addr == `MTIMER_MTIME_HI;
  wire        at_compare  = addr >= `MTIMER_MTIMECMP_LO && addr < `MTIMER_MTIME_LO;
  wire [25:0] cmp_offset  = addr - `MTIMER_MTIMECMP_LO;
  wire [11:0] index       = cmp_offset[14:3];
  wire        high_half   = addr[2];
  wire        hart_exists = index < NUM_HARTS[11:0];
  wire        write       = access && we_i;
  wire        write_time  = write && (at_time_lo || at_time_hi);
  wire        write_cmp   = write && at_compare && hart_exists;

  assign err_o = req_i && (misaligned || addr < `MTIMER_MTIMECMP_LO || (at_compare && !hart_exists));

  integer r;
  always @* begin
    r = 0;                                        // a loop variable left unset in one branch is a latch to some tools
    rdata_o = 32'd0;
    if (access && !we_i) begin
      if (at_time_lo) rdata_o = mtime_q[31:0];
      if (at_time_hi) rdata_o = mtime_q[63:32];
      if (at_compare)
        for (r = 0; r < NUM_HARTS; r = r + 1)
          if (index == r[11:0]) rdata_o = high_half ? mtimecmp_q[64*r + 32 +: 32] : mtimecmp_q[64*r +: 32];
    end
  end

  // MTIME. The division exists only where skip_i is not tied to 0.
  reg  [32:0] ticks;
  reg  [15:0] phase_d;
  wire [32:0] period  = {17'd0, prescale_i} + 33'd1;
  wire [32:0] elapsed = {17'd0, phase_q} + {1'b0, skip_i};
  reg  [32:0] remainder;
  always @* begin
    remainder = 33'd0;
    if (skip_i == 32'd0) begin
      ticks   = {32'd0, phase_q >= prescale_i};
      phase_d = ticks[0] ? 16'd0 : phase_q + 16'd1;
    end else begin
      ticks     = elapsed / period;
      remainder = elapsed % period;
      phase_d   = remainder[15:0];
    end
  end

  wire [63:0] mtime_next = mtime_q + {31'd0, ticks};
  wire        wrap       = mtime_next < mtime_q && !write_time;

  always @(posedge clk)
    if (!rst_n) begin
      mtime_q <= 64'd0;
      phase_q <= 16'd0;
      dirty_q <= 1'b0;
    end else begin
      phase_q <= phase_d;
      dirty_q <= write_time || write_cmp || wrap;
      if (!write_time)     mtime_q        <= mtime_next;
      else if (at_time_lo) mtime_q[31:0]  <= wdata_i;
      else                 mtime_q[63:32] <= wdata_i;
    end

  integer w;
  always @(posedge clk)
    if (!rst_n) mtimecmp_q <= {64*NUM_HARTS{1'b1}};
    else if (write_cmp)
      for (w = 0; w < NUM_HARTS; w = w + 1)
        if (index == w[11:0]) begin
          if (high_half) mtimecmp_q[64*w + 32 +: 32] <= wdata_i;
          else           mtimecmp_q[64*w +: 32]      <= wdata_i;
        end

  // Evaluation
  reg [NUM_HARTS-1:0] mtip_d;
  reg [63:0]          next_d;
  integer h;
  always @* begin
    h = 0;
    mtip_d = mtip_q;
    next_d = next_q;
    if (evaluate) begin
      next_d = LAST_TIME;
      for (h = 0; h < NUM_HARTS; h = h + 1) begin
        mtip_d[h] = mtime_q >= mtimecmp_q[64*h +: 64];
        if (!mtip_d[h] && mtimecmp_q[64*h +: 64] < next_d) next_d = mtimecmp_q[64*h +: 64];
      end
    end
  end

  always @(posedge clk)
    if (!rst_n) begin
      mtip_q <= {NUM_HARTS{1'b0}};
      next_q <= LAST_TIME;
    end else if (evaluate) begin
      mtip_q <= mtip_d;
      next_q <= next_d;
    end

  assign mtip_o  = mtip_q;
  assign mtime_o = mtime_q;

  // Horizon: the clocks until MTIME equals next_q; the evaluation then is an ordinary clock.
  reg [63:0] ticks_left;
  reg [63:0] clocks_left;
  always @* begin
    ticks_left  = 64'd0;
    clocks_left = 64'd0;
    horizon_o   = NEVER;
    if (horizon_en_i) begin
      ticks_left  = next_q - mtime_q;
      clocks_left = {33'd0, ticks_left[30:0]} * {31'd0, period} - {48'd0, phase_q};
      if (evaluate) horizon_o = 32'd0;
      else if (ticks_left < {33'd0, NEVER[30:0]} && clocks_left < {33'd0, NEVER[30:0]}) horizon_o = clocks_left[31:0];
    end
  end

  wire unused_ok = &{1'b0, addr_i[25:16], cmp_offset[25:15], cmp_offset[2:0], remainder[32:16]};

  `INVARIANT("skip passes a timer deadline", skip_i == 32'd0 || (!evaluate && !wrap && mtime_next <= next_q))
  `INVARIANT("access in a skip clock", skip_i == 32'd0 || !req_i)
  `INVARIANT("prescale lowered below the running phase", phase_q <= prescale_i)
endmodule
`default_nettype wire
