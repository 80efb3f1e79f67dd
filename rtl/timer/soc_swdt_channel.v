// SPDX-License-Identifier: Apache-2.0
// soc_swdt_channel: one channel of the watchdog: counter, thresholds, window, lock, capture.
// What a tick decides (bark, bite) is decided from the values before that clock edge: a pet, a COUNT load or a new
// threshold written in the clock of a tick comes too late for it, though it wins over the increment.
// "Barked" lasts until INTR_STATE of the channel is cleared; a bark in the very clock of that clear counts as a new
// one, so that nobody waits for a notification that was acknowledged too early. A bitten channel stands still.
`default_nettype none
`include "invariant.vh"
`include "regs.vh"
module soc_swdt_channel #(
    parameter GUARDED_HART = 0,
    parameter NUM_HARTS    = 1                    // harts that TARGET may name
) (
    input  wire        clk,
    input  wire        rst_n,                     // synchronous, active low
    // Bus: the channel's registers, and its word of the refresh page
    input  wire        write_i,
    input  wire        read_i,
    input  wire [25:0] reg_i,                     // as if this were channel 0
    input  wire [31:0] wdata_i,
    input  wire        pet_i,
    output reg  [31:0] rdata_o,                   // 0 unless read_i; without the global pause, which the top adds
    output reg         active_o,                  // with read_i: the global pause would show in STATUS
    // Time
    input  wire        enable_i,                  // global enable
    input  wire        step_i,                    // a write or a tick: nothing else changes a channel
    input  wire        tick_i,                    // a tick at this edge; never while globally disabled or paused
    input  wire [31:0] ticks_i,                   // how many; more than one only in a skip
    input  wire [63:0] mtime_i,
    input  wire        horizon_en_i,
    input  wire [31:0] ticks_to_event_i,          // the nearest of the channels before this one
    output reg  [31:0] ticks_to_event_o,          // which tick from now, counted from 1, does more than count; saturates
    // Guarded hart
    input  wire [31:0] site_i,
    input  wire        wfi_i,
    // Interrupt state, which the top keeps
    input  wire        intr_i,
    input  wire        ack_i,                     // it is being cleared
    // What a tick at this edge means; from registers alone, so that nothing here is evaluated for a change of an input
    output reg         at_bark_o,                 // it sets INTR_STATE
    output reg         bark_o,                    // the first bark since INTR_STATE was clear
    output reg         bite_o,
    // A pet at this edge comes too early, which sets INTR_STATE
    output reg         too_early_o,
    // Where it goes
    output wire [1:0]  route_o,
    output wire [7:0]  target_o,
    output wire        system_scope_o
);
  localparam [7:0]  DEFAULT_TARGET = GUARDED_HART[7:0];
  localparam [8:0]  TARGETS        = NUM_HARTS[8:0];
  localparam [31:0] COUNT_MAX      = 32'hffff_ffff;
  localparam [15:0] PET_ERR_MAX    = 16'hffff;
  localparam [31:0] NO_EVENT       = 32'hffff_ffff;
  localparam [1:0]  ROUTE_RESERVED = 2'd3;

  reg        en_q, pause_in_wfi_q, system_scope_q, window_en_q;
  reg [1:0]  route_q;
  reg        unlocked_q;
  reg [31:0] bark_thold_q, bite_thold_q, window_min_q;
  reg [7:0]  target_q;
  reg [31:0] count_q;
  reg        barked_q, bitten_q;
  reg [15:0] pet_err_q;
  reg [31:0] bark_pc_q;
  reg [63:0] bark_time_q;

  // Time
  reg counting;                                   // while the block does
  always @* begin
    {counting, at_bark_o, bark_o, bite_o} = 4'd0;
    if (enable_i) begin
      counting  = en_q && !bitten_q && !(pause_in_wfi_q && wfi_i);
      at_bark_o = counting && count_q >= bark_thold_q;
      bark_o    = at_bark_o && (!barked_q || ack_i);
      bite_o    = counting && count_q >= bite_thold_q;
    end
  end

  // COUNT := 0 is a pet like a write to the refresh page; any other load is not subject to the window.
  reg load, pet;
  always @* begin
    {load, pet, too_early_o} = 3'd0;
    if (write_i || pet_i) begin
      load        = write_i && reg_i == `SWDT_CHANNEL_COUNT;
      pet         = pet_i || (load && wdata_i == 32'd0);
      too_early_o = pet && window_en_q && count_q < window_min_q;
    end
  end

  function [31:0] count_after(input by_pet, input by_load, input by_tick);
    if (by_pet)       count_after = 32'd0;
    else if (by_load) count_after = wdata_i;
    else if (by_tick) count_after = ticks_i > COUNT_MAX - count_q ? COUNT_MAX : count_q + ticks_i;
    else              count_after = count_q;
  endfunction

  task configure;                                 // guarded by the lock
    case (reg_i)
      `SWDT_CHANNEL_CTRL: begin
        en_q           <= wdata_i[`SWDT_CHANNEL_CTRL_ENABLE_LSB];
        pause_in_wfi_q <= wdata_i[`SWDT_CHANNEL_CTRL_PAUSE_IN_WFI_LSB];
        system_scope_q <= wdata_i[`SWDT_CHANNEL_CTRL_SYSTEM_SCOPE_LSB];
        window_en_q    <= wdata_i[`SWDT_CHANNEL_CTRL_WINDOW_ENABLE_LSB];
        route_q        <= wdata_i[`SWDT_CHANNEL_CTRL_BARK_ROUTE_LSB +: 2] == ROUTE_RESERVED ?
                          `SWDT_CHANNEL_CTRL_BARK_ROUTE_PLIC : wdata_i[`SWDT_CHANNEL_CTRL_BARK_ROUTE_LSB +: 2];
      end
      `SWDT_CHANNEL_REGWEN:     unlocked_q   <= wdata_i[`SWDT_CHANNEL_REGWEN_UNLOCKED_LSB];
      `SWDT_CHANNEL_BARK_THOLD: bark_thold_q <= wdata_i;
      `SWDT_CHANNEL_BITE_THOLD: bite_thold_q <= wdata_i;
      `SWDT_CHANNEL_WINDOW_MIN: window_min_q <= wdata_i;
      `SWDT_CHANNEL_TARGET:     target_q     <= {1'b0, wdata_i[7:0]} < TARGETS ? wdata_i[7:0] : DEFAULT_TARGET;
      default: ;
    endcase
  endtask

  // One block under one condition, because an idle channel must cost a simulation nothing.
  always @(posedge clk)
    if (!rst_n) begin
      count_q      <= 32'd0;
      barked_q     <= 1'b0;
      bitten_q     <= 1'b0;
      pet_err_q    <= 16'd0;
      bark_pc_q    <= 32'd0;
      bark_time_q  <= 64'd0;
      {en_q, pause_in_wfi_q, system_scope_q, window_en_q} <= 4'd0;
      route_q      <= `SWDT_CHANNEL_CTRL_BARK_ROUTE_PLIC;
      unlocked_q   <= 1'b1;
      bark_thold_q <= `SWDT_CHANNEL_BARK_THOLD_RESET;
      bite_thold_q <= `SWDT_CHANNEL_BITE_THOLD_RESET;
      window_min_q <= `SWDT_CHANNEL_WINDOW_MIN_RESET;
      target_q     <= DEFAULT_TARGET;
    end else if (step_i) begin
      count_q <= count_after(pet && !too_early_o, load && !pet, tick_i && counting);
      if (tick_i && at_bark_o) barked_q <= 1'b1;
      else if (ack_i)          barked_q <= 1'b0;
      if (tick_i && bite_o)    bitten_q <= 1'b1;
      if (tick_i && bark_o) begin
        bark_pc_q   <= site_i;
        bark_time_q <= mtime_i;
      end
      if (too_early_o && pet_err_q != PET_ERR_MAX) pet_err_q <= pet_err_q + 16'd1;
      if (write_i && unlocked_q) configure;
    end

  assign route_o        = route_q;
  assign target_o       = target_q;
  assign system_scope_o = system_scope_q;

  // Reads
  function [1:0] state(input on);
    state = bitten_q ? `SWDT_CHANNEL_STATUS_STATE_BITTEN :
            !on      ? `SWDT_CHANNEL_STATUS_STATE_IDLE :
            barked_q ? `SWDT_CHANNEL_STATUS_STATE_BARKED : `SWDT_CHANNEL_STATUS_STATE_RUNNING;
  endfunction

  always @* begin
    rdata_o  = 32'd0;
    active_o = 1'b0;
    if (read_i) begin
      active_o = enable_i && en_q && !bitten_q;
      case (reg_i)
        `SWDT_CHANNEL_CTRL: begin
          rdata_o[`SWDT_CHANNEL_CTRL_ENABLE_LSB]          = en_q;
          rdata_o[`SWDT_CHANNEL_CTRL_PAUSE_IN_WFI_LSB]    = pause_in_wfi_q;
          rdata_o[`SWDT_CHANNEL_CTRL_SYSTEM_SCOPE_LSB]    = system_scope_q;
          rdata_o[`SWDT_CHANNEL_CTRL_WINDOW_ENABLE_LSB]   = window_en_q;
          rdata_o[`SWDT_CHANNEL_CTRL_BARK_ROUTE_LSB +: 2] = route_q;
        end
        `SWDT_CHANNEL_REGWEN:       rdata_o[`SWDT_CHANNEL_REGWEN_UNLOCKED_LSB] = unlocked_q;
        `SWDT_CHANNEL_BARK_THOLD:   rdata_o = bark_thold_q;
        `SWDT_CHANNEL_BITE_THOLD:   rdata_o = bite_thold_q;
        `SWDT_CHANNEL_COUNT:        rdata_o = count_q;
        `SWDT_CHANNEL_STATUS: begin
          rdata_o[`SWDT_CHANNEL_STATUS_STATE_LSB +: 2] = state(enable_i && en_q);
          rdata_o[`SWDT_CHANNEL_STATUS_PAUSED_LSB]     = active_o && pause_in_wfi_q && wfi_i;
          rdata_o[`SWDT_CHANNEL_STATUS_LOCKED_LSB]     = !unlocked_q;
        end
        `SWDT_CHANNEL_WINDOW_MIN:   rdata_o = window_min_q;
        `SWDT_CHANNEL_PET_ERR:      rdata_o = {16'd0, pet_err_q};
        `SWDT_CHANNEL_BARK_PC_LO:   rdata_o = bark_pc_q;
        `SWDT_CHANNEL_BARK_TIME_LO: rdata_o = bark_time_q[31:0];
        `SWDT_CHANNEL_BARK_TIME_HI: rdata_o = bark_time_q[63:32];
        `SWDT_CHANNEL_TARGET:       rdata_o[7:0] = target_q;
        default: ;                                // BARK_PC_HI and reserved words
      endcase
    end
  end

  // Horizon, in ticks. A channel that has barked only repeats itself until it bites.
  always @* begin
    ticks_to_event_o = ticks_to_event_i;
    if (horizon_en_i && counting)
      ticks_to_event_o = nearer(nearer(ticks_to_event_i, ticks_to(bite_thold_q, count_q)),
                                barked_q ? NO_EVENT : ticks_to(bark_thold_q, count_q));
  end

  function [31:0] nearer(input [31:0] one, input [31:0] other);
    nearer = one < other ? one : other;
  endfunction

  function [31:0] ticks_to(input [31:0] threshold, input [31:0] count);
    reg [31:0] distance;
    begin
      distance = threshold > count ? threshold - count : 32'd0;
      ticks_to = distance == NO_EVENT ? NO_EVENT : distance + 32'd1;
    end
  endfunction

  // Judged by the count of the last tick of a skip.
  function skip_passes_event(input [31:0] ticks);
    reg [32:0] last_count;
    begin
      last_count        = {1'b0, count_q} + {1'b0, ticks} - 33'd1;
      skip_passes_event = (!barked_q && last_count >= {1'b0, bark_thold_q}) || last_count >= {1'b0, bite_thold_q};
    end
  endfunction

  `INVARIANT_WHEN(tick_i && ticks_i != 32'd1, "skip passes a bark or a bite", !counting || !skip_passes_event(ticks_i))
  `INVARIANT_WHEN(step_i, "channel has barked but its INTR_STATE is clear", !barked_q || intr_i)
endmodule
`default_nettype wire
