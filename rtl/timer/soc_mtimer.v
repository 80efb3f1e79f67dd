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
    input  wire [15:0]          prescale_i,       // stable after reset
    // Interrupts and time shadow
    output wire [NUM_HARTS-1:0] mtip_o,
    output wire [63:0]          mtime_o,
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0]          rdata_o,
    output reg                  err_o,
    // Simulation only
    input  wire [31:0]          sim_skip_i,       // 0: one clock; k: k clocks at once
    input  wire                 sim_horizon_en_i,
    output reg  [31:0]          sim_horizon_o     // clocks until mtip_o may change
);
  reg [31:0] passed;                              // ticks; set and used within one edge
  integer    r, w;
  // verilator tracing_on
  localparam [31:0] NEVER = `HORIZON_NEVER;
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

  // Bus. Decoded only in the clock of a transfer.
  wire [25:0] addr       = {10'd0, addr_i[15:0]};
  wire [25:0] cmp_offset = addr - `MTIMER_MTIMECMP_LO;
  wire [11:0] index      = cmp_offset[14:3];
  reg         write_time, write_cmp;

  always @* begin
    r = 0;                                        // a loop variable left unset in one branch is a latch to some tools
    {write_time, write_cmp, err_o} = 3'd0;
    rdata_o = 32'd0;
    if (req_i) begin
      if (addr[1:0] != 2'd0 || addr < `MTIMER_MTIMECMP_LO) err_o = 1'b1;
      else if (addr < `MTIMER_MTIME_LO) begin
        err_o     = index >= NUM_HARTS[11:0];
        write_cmp = we_i && !err_o;
        for (r = 0; r < NUM_HARTS; r = r + 1)
          if (!we_i && index == r[11:0]) rdata_o = addr[2] ? mtimecmp_q[64*r + 32 +: 32] : mtimecmp_q[64*r +: 32];
      end else if (addr == `MTIMER_MTIME_LO || addr == `MTIMER_MTIME_HI) begin
        write_time = we_i;
        if (!we_i) rdata_o = addr == `MTIMER_MTIME_LO ? mtime_q[31:0] : mtime_q[63:32];
      end
    end
  end

  // Time. Clocked blocks, and logic that is idle without a skip or a horizon, read sim_skip_i and prescale_i: anything else that
  // depends on an input is evaluated by a simulator three times a clock.
  function [31:0] ticks_in(input [31:0] clocks);  // the division exists only where sim_skip_i is not tied to 0
    ticks_in = prescale_i == 16'd0 ? clocks : ({16'd0, phase_q} + clocks) / ({16'd0, prescale_i} + 32'd1);
  endfunction

  function past_deadline(input [63:0] now);
    past_deadline = now > next_q || now < mtime_q;
  endfunction

  // Evaluation. A wrap comes from the last time there is, which no deadline is above.
  function [NUM_HARTS-1:0] reached(input [63:0] now);
    integer h;
    for (h = 0; h < NUM_HARTS; h = h + 1) reached[h] = now >= mtimecmp_q[64*h +: 64];
  endfunction

  function [63:0] nearest_above(input [63:0] now);
    integer h;
    begin
      nearest_above = LAST_TIME;
      for (h = 0; h < NUM_HARTS; h = h + 1)
        if (now < mtimecmp_q[64*h +: 64] && mtimecmp_q[64*h +: 64] < nearest_above)
          nearest_above = mtimecmp_q[64*h +: 64];
    end
  endfunction

  // A variable that is assigned by = in a clocked block is set and used within one edge.
  // verilator lint_off BLKSEQ
  always @(posedge clk)
    if (!rst_n) begin
      mtip_q     <= {NUM_HARTS{1'b0}};
      next_q     <= LAST_TIME;
      dirty_q    <= 1'b0;
      mtimecmp_q <= {64*NUM_HARTS{1'b1}};
      mtime_q    <= 64'd0;
      phase_q    <= 16'd0;
    end else begin
      passed = 32'd1;
      if (sim_skip_i != 32'd0) begin
        passed = ticks_in(sim_skip_i);
        if (dirty_q || mtime_q >= next_q || past_deadline(mtime_q + {32'd0, passed}))
          `BROKEN_INVARIANT("skip passes a timer deadline")
      end
      if (dirty_q || mtime_q >= next_q) begin
        mtip_q  <= reached(mtime_q);
        next_q  <= nearest_above(mtime_q);
        dirty_q <= mtime_q == LAST_TIME;
      end
      if (write_time || write_cmp) begin
        dirty_q <= 1'b1;
        for (w = 0; w < NUM_HARTS; w = w + 1)
          if (write_cmp && index == w[11:0]) begin
            if (addr[2]) mtimecmp_q[64*w + 32 +: 32] <= wdata_i;
            else         mtimecmp_q[64*w +: 32]      <= wdata_i;
          end
      end
      if (sim_skip_i != 32'd0) begin
        phase_q <= phase_q + sim_skip_i[15:0] - passed[15:0] * (prescale_i + 16'd1);
        mtime_q <= mtime_q + {32'd0, passed};
      end else if (phase_q < prescale_i) begin
        phase_q <= phase_q + 16'd1;
        if (write_time && !addr[2]) mtime_q[31:0]  <= wdata_i;
        if (write_time && addr[2])  mtime_q[63:32] <= wdata_i;
      end else begin
        phase_q <= 16'd0;
        mtime_q <= mtime_q + 64'd1;
        if (write_time) mtime_q <= addr[2] ? {wdata_i, mtime_q[31:0]} : {mtime_q[63:32], wdata_i};
      end
    end
  // verilator lint_on BLKSEQ

  assign mtip_o  = mtip_q;
  assign mtime_o = mtime_q;

  // Horizon: the clocks until MTIME equals next_q; the evaluation then is an ordinary clock.
  function [31:0] quiet_clocks(input [63:0] ticks);
    reg [63:0] clocks;
    begin
      clocks       = {33'd0, ticks[30:0]} * ({48'd0, prescale_i} + 64'd1) - {48'd0, phase_q};
      quiet_clocks = (ticks < {33'd0, NEVER[30:0]} && clocks < {33'd0, NEVER[30:0]}) ? clocks[31:0] : NEVER;
    end
  endfunction

  always @* begin
    sim_horizon_o = NEVER;
    if (sim_horizon_en_i) sim_horizon_o = (dirty_q || mtime_q >= next_q) ? 32'd0 : quiet_clocks(next_q - mtime_q);
  end

  wire unused_ok = &{1'b0, addr_i[25:16], cmp_offset[25:15], cmp_offset[2:0]};

  `INVARIANT_WHEN(sim_skip_i != 32'd0, "access in a skip clock", !req_i)
  `INVARIANT_WHEN(phase_q != 16'd0, "prescale lowered below the running phase", phase_q <= prescale_i)
endmodule
`default_nettype wire
