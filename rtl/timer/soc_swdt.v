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
    output wire                  sys_rst_o,
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0]           rdata_o,
    output reg                   err_o,
    // Simulation only
    input  wire [31:0]           sim_skip_i,      // 0: one clock; k: k clocks at once
    input  wire                  sim_horizon_en_i,
    output wire [31:0]           sim_horizon_o,   // clocks until something other than counts may change
    input  wire                  sim_show_i       // counters in waves
);
  reg read, write, write_prescale, at_channel, pet;   // decoded from the bus
  reg ack;                                        // set and used within one edge
  // verilator tracing_on
  localparam [31:0] CHANNELS = 32'hffff_ffff >> (32 - NUM_CH);
  localparam [31:0] CAP      = `SWDT_CAP_WINDOW_MASK | `SWDT_CAP_CAPTURE_MASK |
                               (32'd32 << `SWDT_CAP_COUNTER_WIDTH_LSB) | NUM_CH;

  generate if (NUM_CH < 1 || NUM_CH > 32 || NUM_HARTS > 256 || FIRST_HART + NUM_CH > NUM_HARTS) begin : g_check
    NUM_CH_must_be_1_to_32_and_each_channel_needs_a_hart error_at_elaboration ();
  end endgenerate

  // Bus decode
  wire [25:0] offset    = {13'd0, addr_i[12:0]};
  wire [25:0] ch_offset = offset - `SWDT_CHANNEL_CTRL;
  wire [25:0] ch_reg    = `SWDT_CHANNEL_CTRL + {20'd0, ch_offset[5:0]};
  always @* begin
    {read, write, write_prescale, at_channel, pet, err_o} = 6'd0;
    if (req_i) begin
      err_o          = addr_i[1:0] != 2'd0;
      read           = !err_o && !we_i;
      write          = !err_o && we_i;
      at_channel     = offset >= `SWDT_CHANNEL_CTRL &&
                       offset < `SWDT_CHANNEL_CTRL + 26'd32 * `SWDT_CHANNEL_CTRL_CHANNEL_STRIDE;
      pet            = write && offset >= `SWDT_PET && offset < `SWDT_PET + 26'd32 * `SWDT_PET_CHANNEL_STRIDE;
      write_prescale = write && offset == `SWDT_PRESCALE;
    end
  end

  // Global registers
  reg         enable_q, pause_in_debug_q;
  reg  [15:0] prescale_q;
  reg  [31:0] intr_q, intr_enable_q;
  wire        paused = pause_in_debug_q && pause_i;
  wire        sys_rst;
  wire [31:0] at_bark, bite_due, too_early;
  wire [31:0] ch_rdata;
  reg  [31:0] intr_ack;
  always @* begin
    intr_ack = 32'd0;
    if (write && offset == `SWDT_INTR_STATE) intr_ack = wdata_i & CHANNELS;
  end

  always @(posedge clk)
    if (!rst_n || !por_n_i || sys_rst) begin      // resets all but the evidence
      {enable_q, pause_in_debug_q} <= 2'd0;
      prescale_q    <= 16'd0;
      intr_q        <= 32'd0;
      intr_enable_q <= 32'd0;
    end else if (write || (at_bark | too_early) != 32'd0) begin
      if (write && offset == `SWDT_GCTRL) begin
        enable_q         <= wdata_i[`SWDT_GCTRL_ENABLE_LSB];
        pause_in_debug_q <= wdata_i[`SWDT_GCTRL_PAUSE_IN_DEBUG_LSB];
      end
      if (write_prescale) prescale_q <= wdata_i[15:0];
      if (write && offset == `SWDT_INTR_ENABLE) intr_enable_q <= wdata_i & CHANNELS;
      intr_q <= (intr_q & ~intr_ack) | at_bark | too_early |
                ((write && offset == `SWDT_INTR_TEST) ? wdata_i & CHANNELS : 32'd0);    // set wins
    end
  assign irq_o = (intr_q & intr_enable_q) != 32'd0;

  soc_swdt_channels #(.NUM_CH(NUM_CH), .FIRST_HART(FIRST_HART), .NUM_HARTS(NUM_HARTS)) u_channels (
      .clk(clk), .rst_n(rst_n), .por_n_i(por_n_i),
      .write_i(write && at_channel), .read_i(read && at_channel), .index_i(ch_offset[10:6]), .reg_i(ch_reg),
      .wdata_i(wdata_i), .pet_i(pet), .pet_index_i(offset[6:2]), .rdata_o(ch_rdata),
      .enable_i(enable_q), .paused_i(paused), .prescale_i(prescale_q), .write_prescale_i(write_prescale),
      .intr_i(intr_q[NUM_CH-1:0]), .ack_i(intr_ack), .mtime_i(mtime_i), .site_i(site_i), .wfi_i(wfi_i),
      .at_bark_o(at_bark), .bite_o(bite_due), .too_early_o(too_early),
      .bark_msip_o(bark_msip_o), .bark_nmi_o(bark_nmi_o), .bark_evt_o(bark_evt_o), .bite_evt_o(bite_evt_o),
      .hart_rst_o(hart_rst_o), .sys_rst_o(sys_rst),
      .sim_skip_i(sim_skip_i), .sim_horizon_en_i(sim_horizon_en_i), .sim_horizon_o(sim_horizon_o), .sim_show_i(sim_show_i));
  assign sys_rst_o = sys_rst;

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

  // A variable that is assigned by = in a clocked block is set and used within one edge.
  // verilator lint_off BLKSEQ
  always @(posedge clk)
    if (!por_n_i) begin
      cause_power_on_q <= 1'b1;
      cause_bite_q     <= 1'b0;
      cause_channel_q  <= 8'd0;
      bite_time_q      <= 64'd0;
      bite_time_hi_q   <= 32'd0;
    end else if (rst_n && !sys_rst && (req_i || bite_due != 32'd0)) begin
      ack = write && offset == `SWDT_RESET_CAUSE;
      if (ack && wdata_i[`SWDT_RESET_CAUSE_POWER_ON_LSB]) cause_power_on_q <= 1'b0;
      if (ack && wdata_i[`SWDT_RESET_CAUSE_BITE_LSB])     cause_bite_q     <= 1'b0;
      if (ack) cause_channel_q <= cause_channel_q & ~wdata_i[`SWDT_RESET_CAUSE_CHANNEL_LSB +: 8];
      if (bite_due != 32'd0) begin
        cause_bite_q <= 1'b1;
        bite_time_q  <= mtime_i;
        if (!cause_bite_q || (ack && wdata_i[`SWDT_RESET_CAUSE_BITE_LSB])) cause_channel_q <= lowest(bite_due);
      end
      if (read && offset == `SWDT_LAST_BITE_TIME_LO) bite_time_hi_q <= bite_time_q[63:32];
    end
  // verilator lint_on BLKSEQ

  // Reads
  always @* begin
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
      if (at_channel) rdata_o = ch_rdata;
    end
  end

  wire unused_ok = &{1'b0, addr_i[25:13], ch_offset[25:11]};

  `INVARIANT_WHEN(sim_skip_i != 32'd0, "access in a skip clock", !req_i)
endmodule
`default_nettype wire
