// SPDX-License-Identifier: Apache-2.0
// soc_swdt_channels: the watchdog's part that goes by the tick: prescaler, and per channel counter, thresholds, window, lock,
// capture, bark and bite.
// A tick decides (bark, bite) by the values before that clock edge: a pet, a COUNT load or a new
// threshold written in the clock of a tick comes too late for it, though it wins over the increment.
// "Barked" lasts until INTR_STATE of the channel is cleared; a bark in the very clock of that clear counts as a new
// one, so that software never waits for a notification that it acknowledged too early. A bitten channel stands still.
// Counters are kept as their values at the last edge that changed more than them, and the ticks since: so between events
// a tick is one addition for all channels together, and one comparison with the tick of the next event.
`default_nettype none
`include "invariant.vh"
`include "regs.vh"
module soc_swdt_channels #(
    parameter NUM_CH     = 4,                     // 1..32
    parameter FIRST_HART = 0,
    parameter NUM_HARTS  = 4                      // harts that TARGET may name
) (
    input  wire                  clk,
    input  wire                  rst_n,           // synchronous, active low
    input  wire                  por_n_i,         // synchronous, active low: power-on
    // Bus: a channel's registers, and its word of the refresh page
    input  wire                  write_i,
    input  wire                  read_i,
    input  wire [4:0]            index_i,
    input  wire [25:0]           reg_i,           // as if this were channel 0
    input  wire [31:0]           wdata_i,
    input  wire                  pet_i,
    input  wire [4:0]            pet_index_i,
    // Globals, which the top keeps
    input  wire                  enable_i,
    input  wire                  paused_i,
    input  wire [15:0]           prescale_i,
    input  wire                  write_prescale_i,
    input  wire [NUM_CH-1:0]     intr_i,
    input  wire [31:0]           ack_i,           // INTR_STATE being cleared
    input  wire [63:0]           mtime_i,
    // Guarded harts
    input  wire [32*NUM_CH-1:0]  site_i,
    input  wire [NUM_CH-1:0]     wfi_i,
    // The effect of the tick at this edge; all 32 wide, channels that were not built are 0. In a skip: nothing, by the horizon
    output reg  [31:0]           at_bark_o,       // sets INTR_STATE
    output reg  [31:0]           bite_o,
    output reg  [31:0]           too_early_o,     // a pet at this edge comes too early, which sets INTR_STATE
    // Pulses, in the clock after the tick
    output wire [NUM_HARTS-1:0]  bark_msip_o,
    output wire [NUM_HARTS-1:0]  bark_nmi_o,
    output wire [NUM_CH-1:0]     bark_evt_o,
    output wire [NUM_CH-1:0]     bite_evt_o,
    output wire [NUM_HARTS-1:0]  hart_rst_o,
    output wire                  sys_rst_o,
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0]           rdata_o,         // 0 unless read_i
    // Simulation only
    input  wire [31:0]           sim_skip_i,      // 0: one clock; k: k clocks at once
    input  wire                  sim_horizon_en_i,
    output reg  [31:0]           sim_horizon_o,   // clocks before the tick of the first event of any channel
    input  wire                  sim_show_i       // counters in waves
);
  // Decisions of one edge: set and used within it, so that every register is read before it is written and a simulator needs no
  // second copy.
  reg [32*NUM_CH-1:0] next_count;
  reg [16*NUM_CH-1:0] next_pet_err;
  reg [NUM_CH-1:0]    open;
  reg [31:0]          ticks, due;
  reg                 eventful;
  // One channel, judged or read
  reg [31:0]          judged;
  reg                 en, in_wfi_paused, wfi, scope, window, unlocked, barked, bitten;
  reg [1:0]           route;
  reg [7:0]           target;
  reg [15:0]          pet_err;
  reg [31:0]          bark_thold, bite_thold, window_min, now, bark_pc;
  reg [63:0]          bark_time;
  reg [49:0]          clocks_left;
  reg [32*NUM_CH-1:0] seen;
  integer             t, e, c, r, v;
  // verilator tracing_on
  localparam [8:0]         TARGETS        = NUM_HARTS[8:0];
  localparam [31:0]        FIRST          = FIRST_HART;
  localparam [31:0]        COUNT_MAX      = 32'hffff_ffff;
  localparam [31:0]        NO_EVENT       = 32'hffff_ffff;
  localparam [31:0]        NEVER          = `HORIZON_NEVER;
  localparam [15:0]        PET_ERR_MAX    = 16'hffff;
  localparam [1:0]         ROUTE_RESERVED = 2'd3;
  localparam [NUM_CH-1:0]  NONE           = 0;
  localparam [NUM_HARTS-1:0] NOBODY       = 0;

  reg [15:0]          phase_q;                    // clocks since the last tick
  reg [31:0]          elapsed_q;                  // ticks since count_q was true
  reg [31:0]          due_q;                      // of these, the ones before the tick of the next event
  reg                 stale_q;                    // registers have changed since due_q was computed
  reg [NUM_CH-1:0]    asleep_q;                   // channels that stand still since then because of WFI
  reg [NUM_CH-1:0]    en_q, pause_in_wfi_q, system_scope_q, window_en_q, unlocked_q, barked_q, bitten_q;
  reg [2*NUM_CH-1:0]  route_q;
  reg [8*NUM_CH-1:0]  target_q;
  reg [16*NUM_CH-1:0] pet_err_q;
  reg [32*NUM_CH-1:0] bark_thold_q, bite_thold_q, window_min_q, count_q, bark_pc_q;
  reg [64*NUM_CH-1:0] bark_time_q;
  reg [NUM_CH-1:0]    bark_q, bite_q;
  reg [NUM_HARTS-1:0] bark_msip_q, bark_nmi_q, hart_rst_q;
  reg                 sys_rst_q;

  assign bark_evt_o  = bark_q;
  assign bite_evt_o  = bite_q;
  assign bark_msip_o = bark_msip_q;
  assign bark_nmi_o  = bark_nmi_q;
  assign hart_rst_o  = hart_rst_q;
  assign sys_rst_o   = sys_rst_q;

  // Time. Registers alone decide, so that nothing here is evaluated for a change of an input.
  wire tick = enable_i && !paused_i && phase_q == prescale_i;

  wire [NUM_CH-1:0] asleep  = pause_in_wfi_q & wfi_i;
  wire              settle  = stale_q || asleep != asleep_q;
  wire              touched = write_i || pet_i || ack_i != 32'd0;
  wire              judge   = tick && (settle || touched || elapsed_q >= due_q);

  function [31:0] count_after(input [31:0] count, input [31:0] by);
    count_after = by > COUNT_MAX - count ? COUNT_MAX : count + by;
  endfunction

  wire [NUM_CH-1:0] counting = en_q & ~bitten_q & ~asleep_q;

  // A counter before this edge.
  function [31:0] count_of(input counts, input [31:0] count, input [31:0] elapsed);
    count_of = counts ? count_after(count, elapsed) : count;
  endfunction

  always @* begin
    judged = 32'd0;
    t = 0;                                        // a loop variable left unset in one branch is a latch to some tools
    {at_bark_o, bite_o} = 64'd0;
    if (judge)
      for (t = 0; t < NUM_CH; t = t + 1)
        if (en_q[t] && !bitten_q[t] && !asleep[t]) begin
          judged       = count_of(counting[t], count_q[32*t +: 32], elapsed_q);
          at_bark_o[t] = (!barked_q[t] || ack_i[t]) && judged >= bark_thold_q[32*t +: 32];
          bite_o[t]    = judged >= bite_thold_q[32*t +: 32];
        end
  end

  // COUNT := 0 is a pet like a write to the refresh page; any other load is not subject to the window.
  wire    load = write_i && reg_i == `SWDT_CHANNEL_COUNT;
  always @* begin
    e = 0;
    too_early_o = 32'd0;
    if (write_i || pet_i)
      for (e = 0; e < NUM_CH; e = e + 1)
        too_early_o[e] = ((pet_i && pet_index_i == e[4:0]) || (load && wdata_i == 32'd0 && index_i == e[4:0])) &&
                         window_en_q[e] && count_of(counting[e], count_q[32*e +: 32], elapsed_q) < window_min_q[32*e +: 32];
  end

  task configure(input integer k);                // guarded by the lock
    case (reg_i)
      `SWDT_CHANNEL_CTRL: begin
        en_q[k]           <= wdata_i[`SWDT_CHANNEL_CTRL_ENABLE_LSB];
        pause_in_wfi_q[k] <= wdata_i[`SWDT_CHANNEL_CTRL_PAUSE_IN_WFI_LSB];
        system_scope_q[k] <= wdata_i[`SWDT_CHANNEL_CTRL_SYSTEM_SCOPE_LSB];
        window_en_q[k]    <= wdata_i[`SWDT_CHANNEL_CTRL_WINDOW_ENABLE_LSB];
        route_q[2*k +: 2] <= wdata_i[`SWDT_CHANNEL_CTRL_BARK_ROUTE_LSB +: 2] == ROUTE_RESERVED ?
                             `SWDT_CHANNEL_CTRL_BARK_ROUTE_PLIC : wdata_i[`SWDT_CHANNEL_CTRL_BARK_ROUTE_LSB +: 2];
      end
      `SWDT_CHANNEL_REGWEN:     unlocked_q[k]            <= wdata_i[`SWDT_CHANNEL_REGWEN_UNLOCKED_LSB];
      `SWDT_CHANNEL_BARK_THOLD: bark_thold_q[32*k +: 32] <= wdata_i;
      `SWDT_CHANNEL_BITE_THOLD: bite_thold_q[32*k +: 32] <= wdata_i;
      `SWDT_CHANNEL_WINDOW_MIN: window_min_q[32*k +: 32] <= wdata_i;
      `SWDT_CHANNEL_TARGET:     target_q[8*k +: 8]       <= {1'b0, wdata_i[7:0]} < TARGETS ? wdata_i[7:0] : default_target(k[7:0]);
      default: ;
    endcase
  endtask

  function [7:0] default_target(input [7:0] k);
    default_target = FIRST[7:0] + k;
  endfunction

  // A variable that is assigned by = in a clocked block is set and used within one edge.
  // verilator lint_off BLKSEQ

  // Ticks before the tick of the first event of any channel, which is that of a channel's COUNT being the threshold. A channel
  // that has barked only repeats itself until it bites.
  function [31:0] nearest_event(input [NUM_CH-1:0] still);
    integer    n;
    reg [31:0] reached, distance;
    begin
      nearest_event = NO_EVENT;
      for (n = 0; n < NUM_CH; n = n + 1)
        if (en_q[n] && !bitten_q[n] && !still[n]) begin
          reached  = count_of(counting[n], count_q[32*n +: 32], elapsed_q);
          distance = (bite_thold_q[32*n +: 32] > reached) ? bite_thold_q[32*n +: 32] - reached : 32'd0;
          if (distance < nearest_event) nearest_event = distance;
          distance = (bark_thold_q[32*n +: 32] > reached) ? bark_thold_q[32*n +: 32] - reached : 32'd0;
          if (!barked_q[n] && distance < nearest_event) nearest_event = distance;
        end
    end
  endfunction

  // Counters and early pets after the edge, when more happens at it than ticks that decide nothing.
  task count_on(input changes);
    integer    k;
    reg [31:0] before;
    for (k = 0; k < NUM_CH; k = k + 1) begin
      before = count_of(counting[k], count_q[32*k +: 32], elapsed_q);
      next_count[32*k +: 32] = before;
      if (changes) begin
        if (!too_early_o[k] && pet_i && pet_index_i == k[4:0]) next_count[32*k +: 32] = 32'd0;
        else if (!too_early_o[k] && load && index_i == k[4:0]) next_count[32*k +: 32] = wdata_i;
        else if (tick && en_q[k] && !bitten_q[k] && !asleep[k]) next_count[32*k +: 32] = count_after(before, 32'd1);
      end
    end
  endtask

  // An access, a bark or a bite. The counters are as count_on leaves them.
  task change;
    integer k;
    begin
      for (k = 0; k < NUM_CH; k = k + 1) begin
        next_pet_err[16*k +: 16] = pet_err_q[16*k +: 16];
        if (too_early_o[k] && next_pet_err[16*k +: 16] != PET_ERR_MAX) next_pet_err[16*k +: 16] = next_pet_err[16*k +: 16] + 16'd1;
        open[k] = write_i && index_i == k[4:0] && unlocked_q[k];
      end
      pet_err_q <= next_pet_err;
      barked_q  <= (barked_q & ~ack_i[NUM_CH-1:0]) | at_bark_o[NUM_CH-1:0];
      bitten_q  <= bitten_q | bite_o[NUM_CH-1:0];
      for (k = 0; k < NUM_CH; k = k + 1) begin
        if (at_bark_o[k]) begin
          bark_pc_q[32*k +: 32]   <= site_i[32*k +: 32];
          bark_time_q[64*k +: 64] <= mtime_i;
        end
        if (open[k]) configure(k);
      end
    end
  endtask

  task pulse(input [NUM_CH-1:0] barks, input [NUM_CH-1:0] bites);
    begin
      bark_q      <= barks;
      bite_q      <= bites;
      bark_msip_q <= targets_of(barks, `SWDT_CHANNEL_CTRL_BARK_ROUTE_MSIP);
      bark_nmi_q  <= targets_of(barks, `SWDT_CHANNEL_CTRL_BARK_ROUTE_NMI);
      hart_rst_q  <= NOBODY;
      hart_rst_q[FIRST_HART +: NUM_CH] <= bites & ~system_scope_q;
      sys_rst_q   <= (bites & system_scope_q) != NONE;
    end
  endtask

  function [NUM_HARTS-1:0] targets_of(input [NUM_CH-1:0] barks, input [1:0] by_route);
    integer b;
    begin
      targets_of = NOBODY;
      for (b = 0; b < NUM_CH; b = b + 1)
        if (barks[b] && route_q[2*b +: 2] == by_route) targets_of = targets_of | hart_bit(target_q[8*b +: 8]);
    end
  endfunction

  function [NUM_HARTS-1:0] hart_bit(input [7:0] hart);
    begin
      hart_bit    = NOBODY;
      hart_bit[0] = 1'b1;
      hart_bit    = hart_bit << hart;
    end
  endfunction

  // The division exists only where sim_skip_i is not tied to 0. A skip is at most NEVER, so 32 bits hold its end.
  function [31:0] ticks_in(input [31:0] clocks);
    if (prescale_i == 16'd0) ticks_in = clocks;
    else if ({16'd0, phase_q} + clocks <= {16'd0, prescale_i}) ticks_in = 32'd0;
    else ticks_in = ({16'd0, phase_q} + clocks) / ({16'd0, prescale_i} + 32'd1);
  endfunction

  wire pulses = (bark_q | bite_q) != NONE;

  always @(posedge clk)
    if (rst_n && por_n_i && !sys_rst_q) begin
      ticks = {31'd0, tick};
      if (sim_skip_i != 32'd0) begin
        ticks = (enable_i && !paused_i) ? ticks_in(sim_skip_i) : 32'd0;
        due = due_q - elapsed_q;
        if (settle) due = nearest_event(asleep);
        if (pulses || (ticks != 32'd0 && ticks - 32'd1 >= due && (en_q & ~bitten_q & ~asleep) != NONE))
          `BROKEN_INVARIANT("skip over a bark, a bite or a pulse")   // the last tick must not be an event's
      end
      if (write_prescale_i) phase_q <= 16'd0;
      else if (enable_i && !paused_i) begin
        if (sim_skip_i != 32'd0) phase_q <= phase_q + sim_skip_i[15:0] - ticks[15:0] * (prescale_i + 16'd1);
        else                 phase_q <= tick ? 16'd0 : phase_q + 16'd1;
      end
      if (judge || pulses) pulse(at_bark_o[NUM_CH-1:0], bite_o[NUM_CH-1:0]);
      eventful = touched || (at_bark_o | bite_o) != 32'd0;
      if (eventful || settle) begin
        count_on(eventful);
        due       = nearest_event(asleep);        // void if registers change
        elapsed_q <= eventful ? 32'd0 : ticks;
        due_q     <= due;
        stale_q   <= eventful;
        asleep_q  <= asleep;
        count_q   <= next_count;
        if (eventful) change;
      end else elapsed_q <= elapsed_q + ticks;
    end else begin                                // last: every register is read above where it is written
      phase_q      <= 16'd0;
      elapsed_q    <= 32'd0;
      due_q        <= NO_EVENT;
      stale_q      <= 1'b0;
      asleep_q     <= NONE;
      {en_q, pause_in_wfi_q, system_scope_q, window_en_q, barked_q, bitten_q} <= {6*NUM_CH{1'b0}};
      unlocked_q   <= {NUM_CH{1'b1}};
      count_q      <= {32*NUM_CH{1'b0}};
      pet_err_q    <= {16*NUM_CH{1'b0}};
      bark_pc_q    <= {32*NUM_CH{1'b0}};
      bark_time_q  <= {64*NUM_CH{1'b0}};
      route_q      <= {NUM_CH{`SWDT_CHANNEL_CTRL_BARK_ROUTE_PLIC}};
      bark_thold_q <= {NUM_CH{`SWDT_CHANNEL_BARK_THOLD_RESET}};
      bite_thold_q <= {NUM_CH{`SWDT_CHANNEL_BITE_THOLD_RESET}};
      window_min_q <= {NUM_CH{`SWDT_CHANNEL_WINDOW_MIN_RESET}};
      for (c = 0; c < NUM_CH; c = c + 1) target_q[8*c +: 8] <= default_target(c[7:0]);
      {bark_q, bite_q} <= {2*NUM_CH{1'b0}};
      {bark_msip_q, bark_nmi_q, hart_rst_q} <= {3*NUM_HARTS{1'b0}};
      sys_rst_q    <= 1'b0;
    end
  // verilator lint_on BLKSEQ

  // Reads
  always @* begin
    r       = 0;
    rdata_o = 32'd0;
    {en, in_wfi_paused, wfi, scope, window, unlocked, barked, bitten} = 8'd0;
    {route, target, pet_err, bark_thold, bite_thold, window_min, now, bark_pc, bark_time} = 250'd0;
    if (read_i && {1'b0, index_i} < NUM_CH[5:0]) begin
      for (r = 0; r < NUM_CH; r = r + 1)
        if (index_i == r[4:0]) begin
          {en, in_wfi_paused, wfi, scope} = {en_q[r], pause_in_wfi_q[r], wfi_i[r], system_scope_q[r]};
          {window, unlocked, barked, bitten} = {window_en_q[r], unlocked_q[r], barked_q[r], bitten_q[r]};
          route      = route_q[2*r +: 2];
          target     = target_q[8*r +: 8];
          pet_err    = pet_err_q[16*r +: 16];
          bark_thold = bark_thold_q[32*r +: 32];
          bite_thold = bite_thold_q[32*r +: 32];
          window_min = window_min_q[32*r +: 32];
          now        = count_of(counting[r], count_q[32*r +: 32], elapsed_q);
          bark_pc    = bark_pc_q[32*r +: 32];
          bark_time  = bark_time_q[64*r +: 64];
        end
      case (reg_i)
        `SWDT_CHANNEL_CTRL: begin
          rdata_o[`SWDT_CHANNEL_CTRL_ENABLE_LSB]          = en;
          rdata_o[`SWDT_CHANNEL_CTRL_PAUSE_IN_WFI_LSB]    = in_wfi_paused;
          rdata_o[`SWDT_CHANNEL_CTRL_SYSTEM_SCOPE_LSB]    = scope;
          rdata_o[`SWDT_CHANNEL_CTRL_WINDOW_ENABLE_LSB]   = window;
          rdata_o[`SWDT_CHANNEL_CTRL_BARK_ROUTE_LSB +: 2] = route;
        end
        `SWDT_CHANNEL_REGWEN:       rdata_o[`SWDT_CHANNEL_REGWEN_UNLOCKED_LSB] = unlocked;
        `SWDT_CHANNEL_BARK_THOLD:   rdata_o = bark_thold;
        `SWDT_CHANNEL_BITE_THOLD:   rdata_o = bite_thold;
        `SWDT_CHANNEL_COUNT:        rdata_o = now;
        `SWDT_CHANNEL_STATUS: begin
          rdata_o[`SWDT_CHANNEL_STATUS_STATE_LSB +: 2] =
              bitten ? `SWDT_CHANNEL_STATUS_STATE_BITTEN : !(enable_i && en) ? `SWDT_CHANNEL_STATUS_STATE_IDLE :
              barked ? `SWDT_CHANNEL_STATUS_STATE_BARKED : `SWDT_CHANNEL_STATUS_STATE_RUNNING;
          rdata_o[`SWDT_CHANNEL_STATUS_PAUSED_LSB] =
              enable_i && en && !bitten && (paused_i || (in_wfi_paused && wfi));
          rdata_o[`SWDT_CHANNEL_STATUS_LOCKED_LSB] = !unlocked;
        end
        `SWDT_CHANNEL_WINDOW_MIN:   rdata_o = window_min;
        `SWDT_CHANNEL_PET_ERR:      rdata_o = {16'd0, pet_err};
        `SWDT_CHANNEL_BARK_PC_LO:   rdata_o = bark_pc;
        `SWDT_CHANNEL_BARK_TIME_LO: rdata_o = bark_time[31:0];
        `SWDT_CHANNEL_BARK_TIME_HI: rdata_o = bark_time[63:32];
        `SWDT_CHANNEL_TARGET:       rdata_o[7:0] = target;
        default: ;                                // BARK_PC_HI and reserved words
      endcase
    end
  end

  // Horizon
  always @* begin
    clocks_left = 50'd0;
    sim_horizon_o = 32'd0;
    if (sim_horizon_en_i && !pulses) begin
      sim_horizon_o = NEVER;
      if (enable_i && !paused_i) begin
        clocks_left = ({18'd0, nearest_event(asleep)} + 50'd1) * ({34'd0, prescale_i} + 50'd1) - {34'd0, phase_q} - 50'd1;
        if (clocks_left < {18'd0, NEVER}) sim_horizon_o = clocks_left[31:0];
      end
    end
  end

  // The state of a channel as waves show it. The counters are derived only while waves are dumped.
  always @* begin
    v    = 0;
    seen = {32*NUM_CH{1'b0}};
    if (sim_show_i) for (v = 0; v < NUM_CH; v = v + 1) seen[32*v +: 32] = count_of(counting[v], count_q[32*v +: 32], elapsed_q);
  end

  genvar g;
  generate
    for (g = 0; g < NUM_CH; g = g + 1) begin : g_channel
      wire [31:0] seen_count   = seen[32*g +: 32];
      wire [31:0] seen_bark_pc = bark_pc_q[32*g +: 32];
      wire        seen_barked  = barked_q[g];
      wire        seen_bitten  = bitten_q[g];
      wire        unused_ok = &{1'b0, seen_count, seen_bark_pc, seen_barked, seen_bitten};
    end
  endgenerate

  `INVARIANT_WHEN(barked_q != NONE, "channel has barked but its INTR_STATE is clear", (barked_q & ~intr_i) == NONE)
endmodule
`default_nettype wire
