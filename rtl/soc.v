// SPDX-License-Identifier: Apache-2.0
// soc: NUM_HARTS harts, one bus, shared RAM, ACLINT timer and software interrupts, PLIC, scheduler watchdog, console.
// Software drives the harts through the op port (op_*, attn, rsp_*): see soc_hart for its timing.
// skip, leap, finish and the horizons let a simulation pass quiet cycles exactly; in hardware these inputs and show are tied
// to 0. A skip may end what harts burn, begin the transfer behind a lead, and take one from its request to its access; with
// leap all of that, and a load to its end; with finish a load that is requested already. Inputs other than the op and trace
// ports may change only before an ordinary clock, and make the horizon void.
// A system bite resets everything but RAM, trace registers and the watchdog's record of it.
`default_nettype none
`include "regs.vh"
`include "invariant.vh"
module soc #(
    parameter NUM_HARTS = 4,                      // 1..64
    parameter NSRC      = 8,                      // test interrupt sources
    parameter RAM_BYTES = `RAM_SIZE_DEFAULT
) (
    input  wire                    clk,
    input  wire                    rst_n,         // synchronous, active low: power-on reset
    // op port, one slice per hart
    input  wire [NUM_HARTS-1:0]    op_tgl,        // flips for each new op
    input  wire [32*NUM_HARTS-1:0] op_ctl,        // [4:0] opcode
    input  wire [32*NUM_HARTS-1:0] op_addr,       // bus address, or CSR number
    input  wire [32*NUM_HARTS-1:0] op_data,       // operand, COMPUTE cycles
    input  wire [32*NUM_HARTS-1:0] op_cmp,        // CAS: expected word
    input  wire [32*NUM_HARTS-1:0] op_lead,       // cycles burnt before the op begins; not COMPUTE
    output wire [NUM_HARTS-1:0]    attn,
    output wire [8*NUM_HARTS-1:0]  rsp_status,    // status, NMI, cause; bus error or illegal op
    output wire [32*NUM_HARTS-1:0] rsp_data,
    output wire [32*NUM_HARTS-1:0] rsp_remaining,
    // trace registers, latched when tr_tgl flips
    input  wire [NUM_HARTS-1:0]    tr_tgl,
    input  wire [16*NUM_HARTS-1:0] tr_site,
    input  wire [32*NUM_HARTS-1:0] tr_pid,
    input  wire [8*NUM_HARTS-1:0]  tr_class,
    input  wire [32*NUM_HARTS-1:0] tr_calls,
    input  wire [NUM_HARTS-1:0]    tr_resched,
    input  wire [8*NUM_HARTS-1:0]  tr_rqlock,
    input  wire [32*NUM_HARTS-1:0] tr_queues,     // [7:0] runnable, [15:8] on the local queue, [23:16] in the policy's hands
    // time
    input  wire [31:0]             skip,          // 0: this clock is one cycle; k: it is k cycles
    input  wire [NUM_HARTS-1:0]    leap,          // one-hot, in a skip: whose transfer to RAM is granted in it, and ends if a load
    input  wire                    finish,        // in a skip: a load from RAM is granted in it, and ends
    input  wire                    horizon_en,
    output wire [31:0]             horizon,       // after an edge with horizon_en: soc_horizon
    output wire [31:0]             bus_horizon,   // after any edge: soc_bus
    output wire [31:0]             bark_horizon,  // valid after an edge with horizon_en: clocks without a bark or a bite
    // hardware parameters, stable after reset
    input  wire [15:0]             mem_latency,
    input  wire [15:0]             ipi_latency,
    input  wire [15:0]             irq_entry_latency,
    input  wire [15:0]             timer_prescale,
    // outside world
    input  wire [NSRC-1:0]         irq_src,       // PLIC sources 3..
    input  wire [7:0]              sysrq_key,
    input  wire [NUM_HARTS-1:0]    power_wanted,  // the operator's switches
    input  wire                    pause,
    input  wire                    show,          // 1: derive what only waves show; 0 in hardware
    output wire                    sys_attn,      // one of the events below fired at this edge
    output wire [NUM_HARTS-1:0]    evt_bark,
    output wire [NUM_HARTS-1:0]    evt_bite,
    output reg                     evt_sysrst,
    output wire                    con_valid,
    output wire [7:0]              con_data
);
  localparam NUM_SOURCES  = NSRC + `PLIC_SOURCE_TEST;   // the last one: hotplug
  localparam FIRST_SWDT   = (NUM_HARTS > `SWDT_PER_INSTANCE) ? `SWDT_PER_INSTANCE : NUM_HARTS;
  localparam SECOND_SWDT  = NUM_HARTS - FIRST_SWDT;
  localparam NUM_DEVICES  = 5;

  generate
    if (NUM_HARTS < 1 || NUM_HARTS > 64) begin : g_check_harts
      NUM_HARTS_must_be_1_to_64 error_at_elaboration ();
    end
    if (NSRC + `PLIC_SOURCE_TEST != `PLIC_SOURCE_HOTPLUG) begin : g_check_sources
      NSRC_must_be_as_registers_yaml_numbers_the_sources error_at_elaboration ();
    end
  endgenerate

  // --- time and reset ------------------------------------------------------------------------------------------------
  // Resets are registered: harts restart two clocks after the tick that bit. evt_sysrst comes with the reset itself.
  reg  [63:0]          cycle_q;                   // all harts derive mcycle from it
  wire [63:0]          mtime;
  wire [1:0]           sys_rst;                   // per watchdog instance
  wire [NUM_HARTS-1:0] swdt_hart_rst [0:1];
  wire [NUM_HARTS-1:0] stop_hart_rst;
  reg                  core_rst_n;
  reg  [NUM_HARTS-1:0] hart_rst_n;

  initial begin                                   // nothing may move before the first clock has seen rst_n
    core_rst_n = 1'b0;
    hart_rst_n = {NUM_HARTS{1'b0}};
  end

  // A simulator evaluates what depends on an input more than once a clock: these are registered where a clock does not matter.
  reg                 pause_q;
  reg [7:0]           key_q;
  reg [NSRC-1:0]      level_q;
  reg [NUM_HARTS-1:0] wanted_q;
  reg [15:0]          prescale_q;
  always @(posedge clk) begin
    pause_q <= pause;
    key_q <= sysrq_key;
    level_q <= irq_src;
    wanted_q <= power_wanted;
    prescale_q <= timer_prescale;
  end

  always @(posedge clk) begin
    core_rst_n <= rst_n && sys_rst == 2'b00;
    hart_rst_n <= {NUM_HARTS{rst_n && sys_rst == 2'b00}} & ~swdt_hart_rst[0] & ~swdt_hart_rst[1]
                  & ~stop_hart_rst;
    evt_sysrst <= rst_n && !core_rst_n;
  end

  always @(posedge clk)
    if (!core_rst_n) cycle_q <= 64'b0;
    else if (skip != 32'b0) cycle_q <= cycle_q + {32'b0, skip};
    else cycle_q <= cycle_q + 64'd1;

  // --- interrupts ----------------------------------------------------------------------------------------------------
  wire [NUM_HARTS-1:0] meip, msip, mtip;
  // verilator tracing_off
  wire [NUM_HARTS-1:0] bark_msip [0:1], bark_nmi [0:1];
  // verilator tracing_on
  wire [NUM_HARTS-1:0] nmi = bark_nmi[0] | bark_nmi[1];
  wire [1:0]           swdt_irq;
  wire                 console_irq, hotplug_irq;

  // --- bus -----------------------------------------------------------------------------------------------------------
  wire [NUM_HARTS-1:0]    bus_req, bus_done, granted;
  wire [5*NUM_HARTS-1:0]  bus_op;
  wire [32*NUM_HARTS-1:0] bus_addr, bus_data, bus_cmp;
  wire                    bus_err, grant, we;
  // verilator tracing_off
  reg                     slave_err;
  // verilator tracing_on
  wire [31:0]             grant_addr, addr, wdata, cmp;
  wire [4:0]              op;
  wire [`NUM_SLAVES-1:0]  strobe;
  reg  [31:0]             rdata;
  // verilator tracing_off
  wire [32*`NUM_SLAVES-1:0] slave_rdata;
  wire [`NUM_SLAVES-1:0]    slave_errs;
  integer                   s;
  wire [32*NUM_DEVICES-1:0] device_horizon;
  // verilator tracing_on
  wire                    counting;            // horizons are asked for

  soc_bus #(.NUM_HARTS(NUM_HARTS), .RAM_BYTES(RAM_BYTES)) bus (
      .clk(clk), .rst_n(core_rst_n), .mem_latency_i(mem_latency), .skip_i(skip),
      .req_i(bus_req), .master_rst_n_i(hart_rst_n), .op_i(bus_op), .addr_i(bus_addr), .data_i(bus_data), .cmp_i(bus_cmp),
      .leap_i(leap), .leap_op_i(leap_op), .leap_addr_i(leap_addr), .leap_data_i(leap_data), .leap_cmp_i(leap_cmp),
      .finish_i(finish), .granted_o(granted),
      .done_q(bus_done), .err_o(bus_err),
      .grant_o(grant), .grant_addr_o(grant_addr), .strobe_q(strobe), .op_q(op), .addr_q(addr), .data_q(wdata),
      .cmp_q(cmp), .we_q(we), .slave_err_i(slave_err),
      .horizon_o(bus_horizon));

  assign slave_errs[`SLAVE_RAM] = 1'b0;

  // The transfer of a leap comes from the op port itself.
  reg [4:0]  leap_op;
  reg [31:0] leap_addr, leap_data, leap_cmp;
  wire [31:0] leap_rdata;
  // verilator tracing_off
  integer    l;
  // verilator tracing_on
  always @* begin
    l = 0;                                        // a loop variable left unset in one branch is a latch to some tools
    {leap_op, leap_addr, leap_data, leap_cmp} = 101'b0;
    if (leap != {NUM_HARTS{1'b0}})
      for (l = 0; l < NUM_HARTS; l = l + 1)
        if (leap[l]) begin
          leap_op = op_ctl[32*l +: 5];
          leap_addr = op_addr[32*l +: 32];
          leap_data = op_data[32*l +: 32];
          leap_cmp = op_cmp[32*l +: 32];
        end
  end

  // Cycles that the hart of a leap has to burn before its transfer.
  function [31:0] leap_lead(input [NUM_HARTS-1:0] who);
    integer i;
    begin
      leap_lead = 32'b0;
      for (i = 0; i < NUM_HARTS; i = i + 1)
        if (who[i]) leap_lead = attn[i] ? op_lead[32*i +: 32] : rsp_remaining[32*i +: 32];
    end
  endfunction
  `INVARIANT_WHEN(leap != {NUM_HARTS{1'b0}}, "a leap ends where the access begins, a load's where it ends",
                  skip == leap_lead(leap) + {16'b0, mem_latency} + ((leap_op == `OP_LOAD) ? 32'd3 : 32'd2))

  always @* begin
    s = 0;
    rdata = 32'b0;
    slave_err = 1'b0;
    if (strobe != {`NUM_SLAVES{1'b0}}) begin
      slave_err = |(slave_errs & strobe);
      for (s = 0; s < `NUM_SLAVES; s = s + 1)
        if (strobe[s]) rdata = slave_rdata[32*s +: 32];
    end
  end

  // --- harts ---------------------------------------------------------------------------------------------------------
  wire [NUM_HARTS-1:0]    run, wfi;
  wire [32*NUM_HARTS-1:0] site;
  // verilator tracing_off
  wire [32*NUM_HARTS-1:0] hart_horizon;
  // verilator tracing_on

  genvar h;
  generate
    for (h = 0; h < NUM_HARTS; h = h + 1) begin : g_hart
      localparam [5:0] HART = h;
      wire unused_ok = &{1'b0, op_ctl[32*h+5 +: 27], tr_queues[32*h+24 +: 8]};
      assign site[32*h+16 +: 16] = 16'b0;
      soc_hart #(.HART(HART)) hart (
          .clk(clk), .rst_n(hart_rst_n[h]), .por_n_i(rst_n), .run_i(run[h]),
          .entry_latency_i(irq_entry_latency), .skip_i(skip), .leap_i(leap[h]),
          .leap_rdata_i(leap_rdata), .leaping_i(leap != {NUM_HARTS{1'b0}} || finish), .finish_i(finish), .granted_i(granted[h]),
          .cycle_i(cycle_q), .time_i(mtime),
          .op_tgl_i(op_tgl[h]), .opcode_i(op_ctl[32*h +: 5]), .op_addr_i(op_addr[32*h +: 32]),
          .op_data_i(op_data[32*h +: 32]), .op_cmp_i(op_cmp[32*h +: 32]), .op_lead_i(op_lead[32*h +: 32]),
          .attn_o(attn[h]), .rsp_status_o(rsp_status[8*h +: 8]), .rsp_data_o(rsp_data[32*h +: 32]),
          .rsp_remaining_o(rsp_remaining[32*h +: 32]),
          .meip_i(meip[h]), .msip_i(msip[h]), .mtip_i(mtip[h]), .nmi_i(nmi[h]),
          .tr_tgl_i(tr_tgl[h]), .tr_site_i(tr_site[16*h +: 16]), .tr_pid_i(tr_pid[32*h +: 32]),
          .tr_class_i(tr_class[8*h +: 8]), .tr_calls_i(tr_calls[32*h +: 32]), .tr_resched_i(tr_resched[h]),
          .tr_rqlock_i(tr_rqlock[8*h +: 8]), .tr_queues_i(tr_queues[32*h +: 24]),
          .bus_req_o(bus_req[h]), .bus_op_q(bus_op[5*h +: 5]), .bus_addr_q(bus_addr[32*h +: 32]),
          .bus_data_q(bus_data[32*h +: 32]), .bus_cmp_q(bus_cmp[32*h +: 32]),
          .bus_done_i(bus_done[h]), .bus_rdata_i(rdata), .bus_err_i(bus_err),
          .site_o(site[32*h +: 16]), .wfi_o(wfi[h]),
          .horizon_en_i(counting), .horizon_o(hart_horizon[32*h +: 32]));
    end
  endgenerate

  // --- slaves --------------------------------------------------------------------------------------------------------
  wire [25:0] clint_addr = {10'b0, addr[15:0]};
  wire [25:0] swdt_addr = {13'b0, addr[12:0]};
  wire [25:0] page_addr = {14'b0, addr[11:0]};

  soc_ram #(.BYTES(RAM_BYTES)) ram (
      .clk(clk), .rd_i(grant || leap != {NUM_HARTS{1'b0}}),
      .rd_addr_i((leap != {NUM_HARTS{1'b0}}) ? leap_addr : grant_addr),
      .peek_i((leap != {NUM_HARTS{1'b0}} && leap_op == `OP_LOAD) || finish), .peek_o(leap_rdata), .strobe_i(strobe[`SLAVE_RAM]),
      .op_i(op), .addr_i(addr), .data_i(wdata), .cmp_i(cmp), .rdata_o(slave_rdata[32*`SLAVE_RAM +: 32]));

  soc_mswi #(.NUM_HARTS(NUM_HARTS)) mswi (
      .clk(clk), .rst_n(core_rst_n), .req_i(strobe[`SLAVE_MSWI]), .we_i(we), .addr_i(clint_addr), .wdata_i(wdata),
      .rdata_o(slave_rdata[32*`SLAVE_MSWI +: 32]), .err_o(slave_errs[`SLAVE_MSWI]), .skip_i(skip), .horizon_en_i(counting),
      .horizon_o(device_horizon[32*0 +: 32]), .latency_i(ipi_latency), .set_i(bark_msip[0] | bark_msip[1]),
      .msip_o(msip));

  soc_mtimer #(.NUM_HARTS(NUM_HARTS)) mtimer (
      .clk(clk), .rst_n(core_rst_n), .req_i(strobe[`SLAVE_MTIMER]), .we_i(we), .addr_i(clint_addr), .wdata_i(wdata),
      .rdata_o(slave_rdata[32*`SLAVE_MTIMER +: 32]), .err_o(slave_errs[`SLAVE_MTIMER]), .skip_i(skip), .horizon_en_i(counting),
      .horizon_o(device_horizon[32*1 +: 32]), .prescale_i(prescale_q), .mtip_o(mtip), .mtime_o(mtime));

  soc_plic #(.NUM_HARTS(NUM_HARTS), .NUM_SOURCES(NUM_SOURCES), .LEVELS_IN_HORIZON(0)) plic (
      .clk(clk), .rst_n(core_rst_n), .req_i(strobe[`SLAVE_PLIC]), .we_i(we), .addr_i(addr[25:0]), .wdata_i(wdata),
      .rdata_o(slave_rdata[32*`SLAVE_PLIC +: 32]), .err_o(slave_errs[`SLAVE_PLIC]), .skip_i(skip), .horizon_en_i(counting),
      .horizon_o(device_horizon[32*2 +: 32]), .src_i({hotplug_irq, irq_src, console_irq, |swdt_irq}),
      .edge_i({NUM_SOURCES{1'b0}}), .eip_o(meip));

  soc_swdt #(.NUM_CH(FIRST_SWDT), .FIRST_HART(0), .NUM_HARTS(NUM_HARTS)) swdt0 (
      .clk(clk), .rst_n(core_rst_n), .por_n_i(rst_n), .req_i(strobe[`SLAVE_SWDT0]), .we_i(we), .addr_i(swdt_addr), .wdata_i(wdata),
      .rdata_o(slave_rdata[32*`SLAVE_SWDT0 +: 32]), .err_o(slave_errs[`SLAVE_SWDT0]), .skip_i(skip), .horizon_en_i(counting),
      .horizon_o(device_horizon[32*3 +: 32]), .mtime_i(mtime), .site_i(site[32*FIRST_SWDT-1:0]),
      .wfi_i(wfi[FIRST_SWDT-1:0]), .pause_i(pause_q), .show_i(show), .irq_o(swdt_irq[0]), .bark_msip_o(bark_msip[0]),
      .bark_nmi_o(bark_nmi[0]), .bark_evt_o(evt_bark[FIRST_SWDT-1:0]), .bite_evt_o(evt_bite[FIRST_SWDT-1:0]),
      .hart_rst_o(swdt_hart_rst[0]), .sys_rst_o(sys_rst[0]));

  generate
    if (SECOND_SWDT > 0) begin : g_swdt1
      soc_swdt #(.NUM_CH(SECOND_SWDT), .FIRST_HART(FIRST_SWDT), .NUM_HARTS(NUM_HARTS)) swdt1 (
          .clk(clk), .rst_n(core_rst_n), .por_n_i(rst_n), .req_i(strobe[`SLAVE_SWDT1]), .we_i(we), .addr_i(swdt_addr),
          .wdata_i(wdata), .rdata_o(slave_rdata[32*`SLAVE_SWDT1 +: 32]), .err_o(slave_errs[`SLAVE_SWDT1]), .skip_i(skip), .horizon_en_i(counting),
          .horizon_o(device_horizon[32*4 +: 32]), .mtime_i(mtime), .site_i(site[32*NUM_HARTS-1:32*FIRST_SWDT]),
          .wfi_i(wfi[NUM_HARTS-1:FIRST_SWDT]), .pause_i(pause_q), .show_i(show), .irq_o(swdt_irq[1]), .bark_msip_o(bark_msip[1]),
          .bark_nmi_o(bark_nmi[1]), .bark_evt_o(evt_bark[NUM_HARTS-1:FIRST_SWDT]),
          .bite_evt_o(evt_bite[NUM_HARTS-1:FIRST_SWDT]), .hart_rst_o(swdt_hart_rst[1]), .sys_rst_o(sys_rst[1]));
    end else begin : g_no_swdt1
      assign slave_rdata[32*`SLAVE_SWDT1 +: 32] = 32'b0;
      assign slave_errs[`SLAVE_SWDT1] = 1'b0;
      assign device_horizon[32*4 +: 32] = 32'h7fff_ffff;
      assign swdt_irq[1] = 1'b0;
      assign bark_msip[1] = {NUM_HARTS{1'b0}};
      assign bark_nmi[1] = {NUM_HARTS{1'b0}};
      assign swdt_hart_rst[1] = {NUM_HARTS{1'b0}};
      assign sys_rst[1] = 1'b0;
    end
  endgenerate

  soc_console console (
      .clk(clk), .rst_n(core_rst_n), .req_i(strobe[`SLAVE_CONSOLE]), .we_i(we), .addr_i(page_addr), .wdata_i(wdata),
      .rdata_o(slave_rdata[32*`SLAVE_CONSOLE +: 32]), .err_o(slave_errs[`SLAVE_CONSOLE]), .valid_q(con_valid), .data_q(con_data), .irq_o(console_irq));

  soc_test_source #(.NUM_SOURCES(NSRC)) test_source (
      .req_i(strobe[`SLAVE_TEST_SOURCE]), .we_i(we), .addr_i(page_addr), .rdata_o(slave_rdata[32*`SLAVE_TEST_SOURCE +: 32]), .err_o(slave_errs[`SLAVE_TEST_SOURCE]), .key_i(key_q),
      .level_i(level_q));

  soc_hart_control #(.NUM_HARTS(NUM_HARTS)) hart_control (
      .clk(clk), .rst_n(core_rst_n), .req_i(strobe[`SLAVE_HART_CONTROL]), .we_i(we), .addr_i(page_addr), .wdata_i(wdata),
      .rdata_o(slave_rdata[32*`SLAVE_HART_CONTROL +: 32]), .err_o(slave_errs[`SLAVE_HART_CONTROL]), .wanted_i(power_wanted), .wanted_q_i(wanted_q), .irq_o(hotplug_irq),
      .run_o(run), .hart_rst_o(stop_hart_rst));

  // --- what the outside is told --------------------------------------------------------------------------------------
  assign sys_attn = (|evt_bark) || (|evt_bite) || evt_sysrst || con_valid;

  // The trace inputs may rest until then: nothing but a bark samples a site.
  assign bark_horizon = (device_horizon[32*3 +: 32] < device_horizon[32*4 +: 32]) ? device_horizon[32*3 +: 32]
                                                                                  : device_horizon[32*4 +: 32];

  // Levels between devices move by an access, a byte of the console or a bark, which is a system event: the PLIC has not
  // seen them yet at the edge after which this is set.
  reg stirred_q;
  always @(posedge clk) if (horizon_en) stirred_q <= strobe != {`NUM_SLAVES{1'b0}} || con_valid;

  soc_horizon #(.NUM_HARTS(NUM_HARTS), .NUM_DEVICES(NUM_DEVICES)) horizon_min (
      .clk(clk), .en_i(horizon_en), .en_q_o(counting),
      .busy_i(stirred_q || sys_attn || !(&hart_rst_n) || (|stop_hart_rst)),
      .hart_i(hart_horizon), .device_i(device_horizon), .horizon_o(horizon));
endmodule
`default_nettype wire
