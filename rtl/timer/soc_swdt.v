// SPDX-License-Identifier: Apache-2.0
// soc_swdt: two-stage scheduler watchdog. Channel k guards hart FIRST_HART + k: bark (interrupt), then bite (reset).
// One prescaler serves all channels; it stands still while the block is disabled or paused. Barks, bites and resets
// leave as one-clock pulses in the clock after the tick that caused them. A system bite resets the block itself in that
// clock; RESET_CAUSE and LAST_BITE_TIME only know power-on. RESET_CAUSE names the first bite since its bite bit was
// clear. LAST_BITE_TIME: reading LO latches HI. BARK_TIME does not tear while INTR_STATE of the channel is set.
// Writes to locked, read-only or reserved words change nothing; a misaligned access is refused with err_o.
`default_nettype none
`include "invariant.vh"
`include "regs.vh"
module soc_swdt #(
    parameter NUM_CH     = 4,                     // 1..32
    parameter FIRST_HART = 0,
    parameter NUM_HARTS  = 4                      // harts in the system, FIRST_HART + NUM_CH..256
) (
    input  wire                  clk,
    input  wire                  rst_n,           // synchronous, active low
    input  wire                  por_n_i,         // synchronous, active low: power-on
    // Bus: one transfer in the clock of req_i
    input  wire                  req_i,
    input  wire                  we_i,
    input  wire [25:0]           addr_i,
    input  wire [31:0]           wdata_i,
    output reg  [31:0]           rdata_o,
    output reg                   err_o,
    // Time
    input  wire [31:0]           skip_i,          // 0: one clock; k: k clocks at once
    input  wire                  horizon_en_i,
    output reg  [31:0]           horizon_o,       // clocks until something other than counts may change
    input  wire [63:0]           mtime_i,
    input  wire                  pause_i,         // debugger holds the system
    // Guarded harts
    input  wire [32*NUM_CH-1:0]  site_i,
    input  wire [NUM_CH-1:0]     wfi_i,
    // Barks and bites
    output wire                  irq_o,           // level, to the PLIC
    output wire [NUM_HARTS-1:0]  bark_msip_o,
    output wire [NUM_HARTS-1:0]  bark_nmi_o,
    output wire [NUM_CH-1:0]     bark_evt_o,
    output wire [NUM_CH-1:0]     bite_evt_o,
    output wire [NUM_HARTS-1:0]  hart_rst_o,
    output wire                  sys_rst_o
);
  localparam [31:0] CHANNELS = 32'hffff_ffff >> (32 - NUM_CH);
  localparam [31:0] NEVER    = 32'h7fff_ffff;
  localparam [31:0] CAP      = `SWDT_CAP_WINDOW_MASK | `SWDT_CAP_CAPTURE_MASK |
                               (32'd32 << `SWDT_CAP_COUNTER_WIDTH_LSB) | NUM_CH;
  localparam [31:0] NO_EVENT = 32'hffff_ffff;

  generate if (NUM_CH < 1 || NUM_CH > 32 || NUM_HARTS > 256 || FIRST_HART + NUM_CH > NUM_HARTS) begin : g_check
    NUM_CH_must_be_1_to_32_and_each_channel_needs_a_hart error_at_elaboration ();
  end endgenerate

  reg        sys_rst_q;
  wire       alive = rst_n && por_n_i && !sys_rst_q;   // out of reset: what resets all but the evidence is its inverse

  // Bus decode
  wire [25:0] offset     = {13'd0, addr_i[12:0]};
  wire        misaligned = addr_i[1:0] != 2'd0;
  wire [25:0] ch_offset  = offset - `SWDT_CHANNEL_CTRL;
  wire [4:0]  ch_index   = ch_offset[10:6];
  wire [25:0] ch_reg     = `SWDT_CHANNEL_CTRL + {20'd0, ch_offset[5:0]};
  reg         read, write, write_prescale, at_channel, at_pet;
  reg  [31:0] ch_read, ch_write, pet_select, intr_ack, intr_test, cause_ack;
  always @* begin
    {read, write, write_prescale, at_channel, at_pet, err_o} = 6'd0;
    {ch_read, ch_write, pet_select, intr_ack, intr_test, cause_ack} = 192'd0;
    if (req_i) begin
      err_o      = misaligned;
      read       = !misaligned && !we_i;
      write      = !misaligned && we_i;
      at_channel = offset >= `SWDT_CHANNEL_CTRL &&
                   offset < `SWDT_CHANNEL_CTRL + 26'd32 * `SWDT_CHANNEL_CTRL_CHANNEL_STRIDE;
      at_pet     = offset >= `SWDT_PET && offset < `SWDT_PET + 26'd32 * `SWDT_PET_CHANNEL_STRIDE;
      if (read && at_channel) ch_read = 32'd1 << ch_index;
      if (write) begin
        write_prescale = offset == `SWDT_PRESCALE;
        if (at_channel) ch_write = 32'd1 << ch_index;
        if (at_pet)     pet_select = 32'd1 << offset[6:2];
        if (offset == `SWDT_INTR_STATE)  intr_ack  = wdata_i & CHANNELS;
        if (offset == `SWDT_INTR_TEST)   intr_test = wdata_i & CHANNELS;
        if (offset == `SWDT_RESET_CAUSE) cause_ack = wdata_i;
      end
    end
  end

  // Global registers
  reg         enable_q, pause_in_debug_q;
  reg  [15:0] prescale_q;
  reg  [31:0] intr_q, intr_enable_q;
  wire        tick;                               // at least one
  wire        step;                               // nothing but the prescaler and pulses moves without it
  always @(posedge clk)
    if (!alive) begin
      {enable_q, pause_in_debug_q} <= 2'd0;
      prescale_q    <= 16'd0;
      intr_q        <= 32'd0;
      intr_enable_q <= 32'd0;
    end else if (step) begin
      if (write && offset == `SWDT_GCTRL) begin
        enable_q         <= wdata_i[`SWDT_GCTRL_ENABLE_LSB];
        pause_in_debug_q <= wdata_i[`SWDT_GCTRL_PAUSE_IN_DEBUG_LSB];
      end
      if (write_prescale) prescale_q <= wdata_i[15:0];
      if (write && offset == `SWDT_INTR_ENABLE) intr_enable_q <= wdata_i & CHANNELS;
      intr_q <= (intr_q & ~intr_ack) | (tick ? at_bark : 32'd0) | too_early | intr_test;    // set wins
    end
  assign irq_o = (intr_q & intr_enable_q) != 32'd0;

  // Prescaler. The division exists only where skip_i is not tied to 0. Whatever depends on an input like skip_i or
  // pause_i is evaluated by a simulator three times a clock: it is kept to this, and the rest reads tick in clocked blocks.
  reg  [15:0] phase_q;                            // clocks since the last tick
  reg  [32:0] ticks;
  wire        paused = pause_in_debug_q && pause_i;
  wire [32:0] period = {17'd0, prescale_q} + 33'd1;
  always @* begin
    ticks = 33'd0;
    if (enable_q && !paused) begin
      if (skip_i == 32'd0) ticks[0] = phase_q == prescale_q;
      else                 ticks    = ({17'd0, phase_q} + {1'b0, skip_i}) / period;
    end
  end

  assign tick = ticks != 33'd0;
  assign step = tick || write;
  always @(posedge clk)
    if (!alive || write_prescale) phase_q <= 16'd0;
    else if (enable_q && !paused) begin
      if (skip_i != 32'd0)            phase_q <= phase_q + skip_i[15:0] - ticks[15:0] * period[15:0];
      else if (phase_q == prescale_q) phase_q <= 16'd0;
      else                            phase_q <= phase_q + 16'd1;
    end

  // Channels. All vectors are 32 wide; what was not built is 0.
  wire [31:0]          at_bark, bark_due, bite_due;   // if there is a tick
  wire [31:0]          too_early, system_scope, active;
  wire [32*NUM_CH-1:0] ch_rdata;
  wire [2*NUM_CH-1:0]  route;
  wire [8*NUM_CH-1:0]  target;
  genvar k;
  generate
    for (k = 0; k < 32; k = k + 1) begin : g_channel
      if (k < NUM_CH) begin : g_built
        wire [31:0] before, nearest;              // ticks to the first event of the channels before, and with this one
        if (k == 0) assign before = NO_EVENT;
        else        assign before = g_channel[k-1].g_built.nearest;
        soc_swdt_channel #(
            .GUARDED_HART(FIRST_HART + k),
            .NUM_HARTS   (NUM_HARTS)
        ) u_channel (
            .clk             (clk),
            .rst_n           (alive),
            .write_i         (ch_write[k]),
            .read_i          (ch_read[k]),
            .reg_i           (ch_reg),
            .wdata_i         (wdata_i),
            .pet_i           (pet_select[k]),
            .rdata_o         (ch_rdata[32*k +: 32]),
            .enable_i        (enable_q),
            .active_o        (active[k]),
            .step_i          (step),
            .tick_i          (tick),
            .ticks_i         (ticks[31:0]),
            .mtime_i         (mtime_i),
            .horizon_en_i    (horizon_en_i),
            .ticks_to_event_i(before),
            .ticks_to_event_o(nearest),
            .site_i          (site_i[32*k +: 32]),
            .wfi_i           (wfi_i[k]),
            .intr_i          (intr_q[k]),
            .ack_i           (intr_ack[k]),
            .at_bark_o       (at_bark[k]),
            .bark_o          (bark_due[k]),
            .bite_o          (bite_due[k]),
            .too_early_o     (too_early[k]),
            .route_o         (route[2*k +: 2]),
            .target_o        (target[8*k +: 8]),
            .system_scope_o  (system_scope[k])
        );
      end else begin : g_absent
        assign {at_bark[k], bark_due[k], bite_due[k], too_early[k], system_scope[k], active[k]} = 6'd0;
      end
    end
  endgenerate

  // Pulses
  reg  [31:0]          bark_q, bite_q;
  reg  [NUM_HARTS-1:0] bark_msip_q, bark_nmi_q, hart_rst_q;
  wire                 pulses = (bark_q | bite_q) != 32'd0;

  function [NUM_HARTS-1:0] targets_of(input [31:0] barks, input [1:0] by_route);
    integer b;
    begin
      targets_of = {NUM_HARTS{1'b0}};
      for (b = 0; b < NUM_CH; b = b + 1)
        if (barks[b] && route[2*b +: 2] == by_route) targets_of = targets_of | hart_bit(target[8*b +: 8]);
    end
  endfunction

  function [NUM_HARTS-1:0] hart_bit(input [7:0] hart);
    begin
      hart_bit    = {NUM_HARTS{1'b0}};
      hart_bit[0] = 1'b1;
      hart_bit    = hart_bit << hart;
    end
  endfunction

  always @(posedge clk)
    if (!alive) begin
      bark_q      <= 32'd0;
      bite_q      <= 32'd0;
      bark_msip_q <= {NUM_HARTS{1'b0}};
      bark_nmi_q  <= {NUM_HARTS{1'b0}};
      hart_rst_q  <= {NUM_HARTS{1'b0}};
      sys_rst_q   <= 1'b0;
    end else if (pulses || tick) begin
      bark_q      <= tick ? bark_due : 32'd0;
      bite_q      <= tick ? bite_due : 32'd0;
      bark_msip_q <= targets_of(tick ? bark_due : 32'd0, `SWDT_CHANNEL_CTRL_BARK_ROUTE_MSIP);
      bark_nmi_q  <= targets_of(tick ? bark_due : 32'd0, `SWDT_CHANNEL_CTRL_BARK_ROUTE_NMI);
      hart_rst_q  <= {NUM_HARTS{1'b0}};
      if (tick) hart_rst_q[FIRST_HART +: NUM_CH] <= bite_due[NUM_CH-1:0] & ~system_scope[NUM_CH-1:0];
      sys_rst_q   <= tick && (bite_due & system_scope) != 32'd0;
    end

  assign bark_evt_o  = bark_q[NUM_CH-1:0];
  assign bite_evt_o  = bite_q[NUM_CH-1:0];
  assign bark_msip_o = bark_msip_q;
  assign bark_nmi_o  = bark_nmi_q;
  assign hart_rst_o  = hart_rst_q;
  assign sys_rst_o   = sys_rst_q;

  // Evidence, reset by power-on only.
  reg        cause_power_on_q, cause_bite_q;
  reg [7:0]  cause_channel_q;
  reg [63:0] bite_time_q;
  reg [31:0] bite_time_hi_q;                      // as of the last read of LO

  function [7:0] lowest(input [31:0] channels);
    integer f;
    begin
      lowest = 8'd0;
      for (f = NUM_CH - 1; f >= 0; f = f - 1) if (channels[f]) lowest = f[7:0];
    end
  endfunction

  always @(posedge clk)
    if (!por_n_i) begin
      cause_power_on_q <= 1'b1;
      cause_bite_q     <= 1'b0;
      cause_channel_q  <= 8'd0;
      bite_time_q      <= 64'd0;
      bite_time_hi_q   <= 32'd0;
    end else if (alive && (req_i || tick)) begin
      if (cause_ack[`SWDT_RESET_CAUSE_POWER_ON_LSB]) cause_power_on_q <= 1'b0;
      if (cause_ack[`SWDT_RESET_CAUSE_BITE_LSB])     cause_bite_q     <= 1'b0;
      cause_channel_q <= cause_channel_q & ~cause_ack[`SWDT_RESET_CAUSE_CHANNEL_LSB +: 8];
      if (tick && bite_due != 32'd0) begin
        cause_bite_q <= 1'b1;
        bite_time_q  <= mtime_i;
        if (!cause_bite_q || cause_ack[`SWDT_RESET_CAUSE_BITE_LSB]) cause_channel_q <= lowest(bite_due);
      end
      if (read && offset == `SWDT_LAST_BITE_TIME_LO) bite_time_hi_q <= bite_time_q[63:32];
    end

  // Reads
  integer r;
  always @* begin
    r       = 0;
    rdata_o = 32'd0;
    if (read) begin
      case (offset)
        `SWDT_ID:    rdata_o = `SWDT_ID_RESET;
        `SWDT_CAP:   rdata_o = CAP;
        `SWDT_GCTRL: begin
          rdata_o[`SWDT_GCTRL_ENABLE_LSB]         = enable_q;
          rdata_o[`SWDT_GCTRL_PAUSE_IN_DEBUG_LSB] = pause_in_debug_q;
        end
        `SWDT_PRESCALE:    rdata_o = {16'd0, prescale_q};
        `SWDT_INTR_STATE:  rdata_o = intr_q;
        `SWDT_INTR_ENABLE: rdata_o = intr_enable_q;
        `SWDT_RESET_CAUSE: begin
          rdata_o[`SWDT_RESET_CAUSE_POWER_ON_LSB]     = cause_power_on_q;
          rdata_o[`SWDT_RESET_CAUSE_BITE_LSB]         = cause_bite_q;
          rdata_o[`SWDT_RESET_CAUSE_CHANNEL_LSB +: 8] = cause_channel_q;
        end
        `SWDT_LAST_BITE_TIME_LO: rdata_o = bite_time_q[31:0];
        `SWDT_LAST_BITE_TIME_HI: rdata_o = bite_time_hi_q;
        default: ;
      endcase
      for (r = 0; r < NUM_CH; r = r + 1) rdata_o = rdata_o | ch_rdata[32*r +: 32];
      if (paused && ch_reg == `SWDT_CHANNEL_STATUS && active != 32'd0)
        rdata_o[`SWDT_CHANNEL_STATUS_PAUSED_LSB] = 1'b1;
    end
  end

  // Horizon: the clocks before the tick of the first event of any channel.
  reg [48:0] clocks_left;
  always @* begin
    clocks_left = 49'd0;
    horizon_o   = NEVER;
    if (horizon_en_i) begin
      clocks_left = {17'd0, g_channel[NUM_CH-1].g_built.nearest} * {16'd0, period} - {33'd0, phase_q} - 49'd1;
      if (pulses) horizon_o = 32'd0;
      else if (enable_q && !paused && clocks_left < {17'd0, NEVER}) horizon_o = clocks_left[31:0];
    end
  end

  wire unused_ok = &{1'b0, addr_i[25:13], ch_offset[25:11], ticks[32], ch_read, ch_write, pet_select, cause_ack};

  `INVARIANT_WHEN(skip_i != 32'd0, "skip over a bark, a bite or a pulse",
                  (!tick || (bark_due | bite_due) == 32'd0) && !pulses)
  `INVARIANT_WHEN(skip_i != 32'd0, "access in a skip clock", !req_i)
endmodule
`default_nettype wire
