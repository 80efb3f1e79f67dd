// SPDX-License-Identifier: Apache-2.0
// soc: NUM_HARTS harts, one bus, shared RAM, ACLINT timer and software interrupts, PLIC, scheduler watchdog, console.
// Software drives the harts through the op port (op_*, attn_o, rsp_*): see soc_hart for its timing.
// The sim_* ports let a simulation pass quiet cycles exactly; hardware ties their inputs to 0. A skip may end a COMPUTE of harts,
// begin the transfer behind a lead, and take one from its request to its access; soc_leap takes transfers further. Inputs other
// than the op and trace ports may change only before an ordinary clock, and make the horizon void.
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
    input  wire [NUM_HARTS-1:0]    op_tgl_i,      // flips for each new op
    input  wire [32*NUM_HARTS-1:0] op_ctl_i,      // [4:0] opcode
    input  wire [32*NUM_HARTS-1:0] op_addr_i,     // bus address, or CSR number
    input  wire [32*NUM_HARTS-1:0] op_data_i,     // operand, COMPUTE cycles
    input  wire [32*NUM_HARTS-1:0] op_cmp_i,      // CAS: expected word
    input  wire [32*NUM_HARTS-1:0] op_lead_i,     // cycles computed before the op begins; not COMPUTE
    output wire [NUM_HARTS-1:0]    attn_o,        // waits for an op; the response is there
    output wire [8*NUM_HARTS-1:0]  rsp_status_o,  // status, NMI, cause; bus error or illegal op
    output wire [32*NUM_HARTS-1:0] rsp_data_o,
    output wire [32*NUM_HARTS-1:0] rsp_remaining_o,
    // trace registers, latched when tr_tgl_i flips
    input  wire [NUM_HARTS-1:0]    tr_tgl_i,
    input  wire [16*NUM_HARTS-1:0] tr_site_i,
    input  wire [32*NUM_HARTS-1:0] tr_pid_i,
    input  wire [8*NUM_HARTS-1:0]  tr_class_i,
    input  wire [32*NUM_HARTS-1:0] tr_calls_i,
    input  wire [NUM_HARTS-1:0]    tr_resched_i,
    input  wire [8*NUM_HARTS-1:0]  tr_rqlock_i,
    input  wire [32*NUM_HARTS-1:0] tr_queues_i,   // [7:0] runnable, [15:8] on the local queue, [23:16] in the policy's hands
    // hardware parameters, stable after reset
    input  wire [15:0]             mem_latency_i,
    input  wire [15:0]             ipi_latency_i,
    input  wire [15:0]             irq_entry_latency_i,
    input  wire [15:0]             timer_prescale_i,
    // outside world
    input  wire [NSRC-1:0]         irq_src_i,     // PLIC sources 3..
    input  wire [7:0]              sysrq_key_i,
    input  wire [NUM_HARTS-1:0]    power_wanted_i,   // the operator's switches
    input  wire                    pause_i,       // a debugger holds the system: the watchdog may pause
    output wire                    sys_attn_o,    // one of the events below fired at this edge
    output wire [NUM_HARTS-1:0]    evt_bark_o,
    output wire [NUM_HARTS-1:0]    evt_bite_o,
    output reg                     evt_sysrst_q,
    output wire                    con_valid_o,
    output wire [7:0]              con_data_o,
    // Simulation only
    input  wire [31:0]             sim_skip_i,    // 0: this clock is one cycle; k: it is k cycles
    input  wire [NUM_HARTS-1:0]    sim_leap_i,    // one-hot, in a skip: whose transfer to RAM is granted in it, and ends if a load
    input  wire                    sim_finish_i,  // in a skip: a load from RAM is granted in it, and ends
    input  wire                    sim_show_i,    // 1: derive the signals that only waves show
    input  wire                    sim_horizon_en_i,
    output wire [31:0]             sim_horizon_o,        // after an edge with sim_horizon_en_i: soc_horizon
    output wire [31:0]             sim_bark_horizon_o,   // after such an edge: clocks without a bark or a bite
    output wire [31:0]             sim_bus_horizon_o     // after any edge: soc_bus
);
  localparam NUM_SOURCES  = NSRC + `PLIC_SOURCE_TEST;   // the last one: hotplug
  localparam FIRST_SWDT   = (NUM_HARTS > `SWDT_PER_INSTANCE) ? `SWDT_PER_INSTANCE : NUM_HARTS;
  localparam SECOND_SWDT  = NUM_HARTS - FIRST_SWDT;
  localparam NUM_DEVICES  = 5;                          // that have a horizon
  localparam [`NUM_SLAVES-1:0] SLAVE = 1;               // one bit of the bus's strobe

  // Signals that waves need not show: answers, and signals of the simulation only
  // verilator tracing_off
  wire [NUM_HARTS-1:0]      bark_msip [0:1], bark_nmi [0:1];
  wire [31:0]               rdata_ram, rdata_mswi, rdata_mtimer, rdata_swdt0, rdata_swdt1;
  wire [31:0]               rdata_plic, rdata_console, rdata_test_source, rdata_hart_control;
  wire [`NUM_SLAVES-1:0]    slave_errs;
  reg                       slave_err;
  wire                      counting;             // horizons are asked for
  wire [32*NUM_DEVICES-1:0] device_horizon;
  wire [32*NUM_HARTS-1:0]   hart_horizon;
  wire [NUM_HARTS-1:0]      granted, leap_done;
  wire                      leap_rd, leap_peek, bus_taken;
  wire [4:0]                leap_op;
  wire [31:0]               leap_addr, leap_data, leap_cmp, leap_rdata;
  // verilator tracing_on

  generate
    if (NUM_HARTS < 1 || NUM_HARTS > `HARTS_MAX) begin : g_check_harts
      NUM_HARTS_must_be_1_to_64 error_at_elaboration ();
    end
    if (NSRC + `PLIC_SOURCE_TEST != `PLIC_SOURCE_HOTPLUG) begin : g_check_sources
      NSRC_must_be_as_registers_yaml_numbers_the_sources error_at_elaboration ();
    end
  endgenerate

  // --- time and reset ------------------------------------------------------------------------------------------------
  // Resets are registered: harts restart two clocks after the tick that bit. evt_sysrst_q comes with the reset itself.
  reg  [63:0]          cycle_q;                   // all harts derive mcycle from it
  wire [63:0]          mtime;
  wire [1:0]           sys_rst;                   // per watchdog instance
  wire [NUM_HARTS-1:0] swdt_hart_rst [0:1];
  wire [NUM_HARTS-1:0] stop_hart_rst;
  reg                  core_rst_n_q;
  reg  [NUM_HARTS-1:0] hart_rst_n_q;

  initial begin                                   // nothing may move before the first clock has seen rst_n
    core_rst_n_q = 1'b0;
    hart_rst_n_q = {NUM_HARTS{1'b0}};
  end

  // A simulator evaluates the logic behind an input more than once a clock: these are registered where a clock does not matter.
  reg                 pause_q;
  reg [7:0]           key_q;
  reg [NSRC-1:0]      level_q;
  reg [NUM_HARTS-1:0] wanted_q;
  reg [15:0]          prescale_q;
  always @(posedge clk) begin
    pause_q <= pause_i;
    key_q <= sysrq_key_i;
    level_q <= irq_src_i;
    wanted_q <= power_wanted_i;
    prescale_q <= timer_prescale_i;
  end

  always @(posedge clk) begin
    core_rst_n_q <= rst_n && sys_rst == 2'b00;
    hart_rst_n_q <= {NUM_HARTS{rst_n && sys_rst == 2'b00}} & ~swdt_hart_rst[0] & ~swdt_hart_rst[1]
                    & ~stop_hart_rst;
    evt_sysrst_q <= rst_n && !core_rst_n_q;
  end

  always @(posedge clk)
    if (!core_rst_n_q) cycle_q <= 64'b0;
    else if (sim_skip_i != 32'b0) cycle_q <= cycle_q + {32'b0, sim_skip_i};
    else cycle_q <= cycle_q + 64'd1;

  // --- interrupts ----------------------------------------------------------------------------------------------------
  wire [NUM_HARTS-1:0] meip, msip, mtip;
  wire [NUM_HARTS-1:0] nmi = bark_nmi[0] | bark_nmi[1];
  wire [1:0]           swdt_irq;
  wire                 console_irq, hotplug_irq;

  // --- bus -----------------------------------------------------------------------------------------------------------
  wire [NUM_HARTS-1:0]    bus_req, bus_done;
  wire [5*NUM_HARTS-1:0]  bus_op;
  wire [32*NUM_HARTS-1:0] bus_addr, bus_data, bus_cmp;
  wire                    bus_err, grant, we;
  wire [31:0]             grant_addr, addr, wdata, cmp;
  wire [4:0]              op;
  wire [`NUM_SLAVES-1:0]  strobe;
  reg  [31:0]             rdata;

  soc_bus #(.NUM_HARTS(NUM_HARTS), .RAM_BYTES(RAM_BYTES)) bus (
      .clk(clk), .rst_n(core_rst_n_q), .mem_latency_i(mem_latency_i),
      .req_i(bus_req), .master_rst_n_i(hart_rst_n_q), .op_i(bus_op), .addr_i(bus_addr), .data_i(bus_data), .cmp_i(bus_cmp),
      .done_q(bus_done), .err_o(bus_err),
      .grant_o(grant), .grant_addr_o(grant_addr), .strobe_q(strobe), .op_q(op), .addr_q(addr), .data_q(wdata),
      .cmp_q(cmp), .we_q(we), .slave_err_i(slave_err),
      .sim_skip_i(sim_skip_i), .sim_leap_i(sim_leap_i), .sim_leap_op_i(leap_op), .sim_leap_addr_i(leap_addr),
      .sim_leap_data_i(leap_data), .sim_leap_cmp_i(leap_cmp), .sim_finish_i(sim_finish_i), .sim_granted_o(granted),
      .sim_horizon_o(sim_bus_horizon_o));

  always @* begin
    rdata = 32'b0;
    slave_err = 1'b0;
    if (strobe != {`NUM_SLAVES{1'b0}}) begin  // one of them at most
      slave_err = |(slave_errs & strobe);
      case (strobe)
        SLAVE << `SLAVE_RAM:         rdata = rdata_ram;
        SLAVE << `SLAVE_MSWI:        rdata = rdata_mswi;
        SLAVE << `SLAVE_MTIMER:      rdata = rdata_mtimer;
        SLAVE << `SLAVE_SWDT0:       rdata = rdata_swdt0;
        SLAVE << `SLAVE_SWDT1:       rdata = rdata_swdt1;
        SLAVE << `SLAVE_PLIC:        rdata = rdata_plic;
        SLAVE << `SLAVE_CONSOLE:     rdata = rdata_console;
        SLAVE << `SLAVE_TEST_SOURCE: rdata = rdata_test_source;
        default:                     rdata = rdata_hart_control;
      endcase
    end
  end

  // --- harts ---------------------------------------------------------------------------------------------------------
  wire [NUM_HARTS-1:0]    run, wfi;
  wire [32*NUM_HARTS-1:0] site;

  genvar h;
  generate
    for (h = 0; h < NUM_HARTS; h = h + 1) begin : g_hart
      localparam [5:0] HART = h;
      wire unused_ok = &{1'b0, op_ctl_i[32*h+5 +: 27], tr_queues_i[32*h+24 +: 8]};
      assign site[32*h+16 +: 16] = 16'b0;
      soc_hart #(.HART(HART)) hart (
          .clk(clk), .rst_n(hart_rst_n_q[h]), .por_n_i(rst_n), .run_i(run[h]),
          .entry_latency_i(irq_entry_latency_i), .cycle_i(cycle_q), .time_i(mtime),
          .op_tgl_i(op_tgl_i[h]), .opcode_i(op_ctl_i[32*h +: 5]), .op_addr_i(op_addr_i[32*h +: 32]),
          .op_data_i(op_data_i[32*h +: 32]), .op_cmp_i(op_cmp_i[32*h +: 32]), .op_lead_i(op_lead_i[32*h +: 32]),
          .attn_o(attn_o[h]), .rsp_status_o(rsp_status_o[8*h +: 8]), .rsp_data_o(rsp_data_o[32*h +: 32]),
          .rsp_remaining_o(rsp_remaining_o[32*h +: 32]),
          .meip_i(meip[h]), .msip_i(msip[h]), .mtip_i(mtip[h]), .nmi_i(nmi[h]),
          .tr_tgl_i(tr_tgl_i[h]), .tr_site_i(tr_site_i[16*h +: 16]), .tr_pid_i(tr_pid_i[32*h +: 32]),
          .tr_class_i(tr_class_i[8*h +: 8]), .tr_calls_i(tr_calls_i[32*h +: 32]), .tr_resched_i(tr_resched_i[h]),
          .tr_rqlock_i(tr_rqlock_i[8*h +: 8]), .tr_queues_i(tr_queues_i[32*h +: 24]),
          .bus_req_o(bus_req[h]), .bus_op_q(bus_op[5*h +: 5]), .bus_addr_q(bus_addr[32*h +: 32]),
          .bus_data_q(bus_data[32*h +: 32]), .bus_cmp_q(bus_cmp[32*h +: 32]),
          .bus_done_i(bus_done[h]), .bus_rdata_i(rdata), .bus_err_i(bus_err),
          .site_o(site[32*h +: 16]), .wfi_o(wfi[h]),
          .sim_skip_i(sim_skip_i), .sim_bus_taken_i(bus_taken), .sim_done_i(leap_done[h]), .sim_rdata_i(leap_rdata),
          .sim_horizon_en_i(counting), .sim_horizon_o(hart_horizon[32*h +: 32]));
    end
  endgenerate

  // --- slaves --------------------------------------------------------------------------------------------------------
  wire [25:0] clint_addr = {10'b0, addr[15:0]};
  wire [25:0] swdt_addr = {13'b0, addr[12:0]};
  wire [25:0] page_addr = {14'b0, addr[11:0]};

  soc_ram #(.BYTES(RAM_BYTES)) ram (
      .clk(clk), .rd_i(grant), .rd_addr_i(grant_addr), .strobe_i(strobe[`SLAVE_RAM]), .op_i(op), .addr_i(addr), .data_i(wdata),
      .cmp_i(cmp), .rdata_o(rdata_ram),
      .sim_rd_i(leap_rd), .sim_rd_addr_i(leap_addr), .sim_peek_i(leap_peek), .sim_rdata_o(leap_rdata));
  assign slave_errs[`SLAVE_RAM] = 1'b0;

  soc_mswi #(.NUM_HARTS(NUM_HARTS)) mswi (
      .clk(clk), .rst_n(core_rst_n_q), .req_i(strobe[`SLAVE_MSWI]), .we_i(we), .addr_i(clint_addr), .wdata_i(wdata),
      .latency_i(ipi_latency_i), .set_i(bark_msip[0] | bark_msip[1]), .msip_o(msip),
      .rdata_o(rdata_mswi), .err_o(slave_errs[`SLAVE_MSWI]),
      .sim_skip_i(sim_skip_i), .sim_horizon_en_i(counting), .sim_horizon_o(device_horizon[32*0 +: 32]));

  soc_mtimer #(.NUM_HARTS(NUM_HARTS)) mtimer (
      .clk(clk), .rst_n(core_rst_n_q), .req_i(strobe[`SLAVE_MTIMER]), .we_i(we), .addr_i(clint_addr), .wdata_i(wdata),
      .prescale_i(prescale_q), .mtip_o(mtip), .mtime_o(mtime),
      .rdata_o(rdata_mtimer), .err_o(slave_errs[`SLAVE_MTIMER]),
      .sim_skip_i(sim_skip_i), .sim_horizon_en_i(counting), .sim_horizon_o(device_horizon[32*1 +: 32]));

  soc_plic #(.NUM_HARTS(NUM_HARTS), .NUM_SOURCES(NUM_SOURCES), .LEVELS_IN_HORIZON(0)) plic (
      .clk(clk), .rst_n(core_rst_n_q), .req_i(strobe[`SLAVE_PLIC]), .we_i(we), .addr_i(addr[25:0]), .wdata_i(wdata),
      .src_i({hotplug_irq, irq_src_i, console_irq, |swdt_irq}), .edge_i({NUM_SOURCES{1'b0}}), .eip_o(meip),
      .rdata_o(rdata_plic), .err_o(slave_errs[`SLAVE_PLIC]),
      .sim_skip_i(sim_skip_i), .sim_horizon_en_i(counting), .sim_horizon_o(device_horizon[32*2 +: 32]));

  soc_swdt #(.NUM_CH(FIRST_SWDT), .FIRST_HART(0), .NUM_HARTS(NUM_HARTS)) swdt0 (
      .clk(clk), .rst_n(core_rst_n_q), .por_n_i(rst_n), .req_i(strobe[`SLAVE_SWDT0]), .we_i(we), .addr_i(swdt_addr),
      .wdata_i(wdata), .mtime_i(mtime), .pause_i(pause_q), .site_i(site[32*FIRST_SWDT-1:0]), .wfi_i(wfi[FIRST_SWDT-1:0]),
      .irq_o(swdt_irq[0]), .bark_msip_o(bark_msip[0]), .bark_nmi_o(bark_nmi[0]),
      .bark_evt_o(evt_bark_o[FIRST_SWDT-1:0]), .bite_evt_o(evt_bite_o[FIRST_SWDT-1:0]),
      .hart_rst_o(swdt_hart_rst[0]), .sys_rst_o(sys_rst[0]),
      .rdata_o(rdata_swdt0), .err_o(slave_errs[`SLAVE_SWDT0]),
      .sim_skip_i(sim_skip_i), .sim_horizon_en_i(counting), .sim_horizon_o(device_horizon[32*3 +: 32]), .sim_show_i(sim_show_i));

  generate
    if (SECOND_SWDT > 0) begin : g_swdt1
      soc_swdt #(.NUM_CH(SECOND_SWDT), .FIRST_HART(FIRST_SWDT), .NUM_HARTS(NUM_HARTS)) swdt1 (
          .clk(clk), .rst_n(core_rst_n_q), .por_n_i(rst_n), .req_i(strobe[`SLAVE_SWDT1]), .we_i(we), .addr_i(swdt_addr),
          .wdata_i(wdata), .mtime_i(mtime), .pause_i(pause_q), .site_i(site[32*NUM_HARTS-1:32*FIRST_SWDT]),
          .wfi_i(wfi[NUM_HARTS-1:FIRST_SWDT]), .irq_o(swdt_irq[1]), .bark_msip_o(bark_msip[1]), .bark_nmi_o(bark_nmi[1]),
          .bark_evt_o(evt_bark_o[NUM_HARTS-1:FIRST_SWDT]), .bite_evt_o(evt_bite_o[NUM_HARTS-1:FIRST_SWDT]),
          .hart_rst_o(swdt_hart_rst[1]), .sys_rst_o(sys_rst[1]),
          .rdata_o(rdata_swdt1), .err_o(slave_errs[`SLAVE_SWDT1]),
          .sim_skip_i(sim_skip_i), .sim_horizon_en_i(counting), .sim_horizon_o(device_horizon[32*4 +: 32]),
          .sim_show_i(sim_show_i));
    end else begin : g_no_swdt1
      assign rdata_swdt1 = 32'b0;
      assign slave_errs[`SLAVE_SWDT1] = 1'b0;
      assign device_horizon[32*4 +: 32] = `HORIZON_NEVER;
      assign swdt_irq[1] = 1'b0;
      assign bark_msip[1] = {NUM_HARTS{1'b0}};
      assign bark_nmi[1] = {NUM_HARTS{1'b0}};
      assign swdt_hart_rst[1] = {NUM_HARTS{1'b0}};
      assign sys_rst[1] = 1'b0;
    end
  endgenerate

  soc_console console (
      .clk(clk), .rst_n(core_rst_n_q), .req_i(strobe[`SLAVE_CONSOLE]), .we_i(we), .addr_i(page_addr), .wdata_i(wdata),
      .valid_q(con_valid_o), .data_q(con_data_o), .irq_o(console_irq),
      .rdata_o(rdata_console), .err_o(slave_errs[`SLAVE_CONSOLE]));

  soc_test_source #(.NUM_SOURCES(NSRC)) test_source (
      .req_i(strobe[`SLAVE_TEST_SOURCE]), .we_i(we), .addr_i(page_addr), .key_i(key_q), .level_i(level_q),
      .rdata_o(rdata_test_source), .err_o(slave_errs[`SLAVE_TEST_SOURCE]));

  soc_hart_control #(.NUM_HARTS(NUM_HARTS)) hart_control (
      .clk(clk), .rst_n(core_rst_n_q), .req_i(strobe[`SLAVE_HART_CONTROL]), .we_i(we), .addr_i(page_addr), .wdata_i(wdata),
      .wanted_i(power_wanted_i), .wanted_q_i(wanted_q), .irq_o(hotplug_irq), .run_o(run), .hart_rst_o(stop_hart_rst),
      .rdata_o(rdata_hart_control), .err_o(slave_errs[`SLAVE_HART_CONTROL]));

  // --- outputs to the outside ----------------------------------------------------------------------------------------
  assign sys_attn_o = (|evt_bark_o) || (|evt_bite_o) || evt_sysrst_q || con_valid_o;

  // --- simulation only -----------------------------------------------------------------------------------------------
  soc_leap #(.NUM_HARTS(NUM_HARTS)) leap (
      .clk(clk), .rst_n(rst_n), .mem_latency_i(mem_latency_i),
      .op_ctl_i(op_ctl_i), .op_addr_i(op_addr_i), .op_data_i(op_data_i), .op_cmp_i(op_cmp_i), .op_lead_i(op_lead_i),
      .attn_i(attn_o), .remaining_i(rsp_remaining_o), .granted_i(granted),
      .rd_o(leap_rd), .peek_o(leap_peek), .bus_taken_o(bus_taken), .done_o(leap_done),
      .op_o(leap_op), .addr_o(leap_addr), .data_o(leap_data), .cmp_o(leap_cmp),
      .sim_skip_i(sim_skip_i), .sim_leap_i(sim_leap_i), .sim_finish_i(sim_finish_i));

  // The trace inputs may rest until then: nothing but a bark samples a site.
  assign sim_bark_horizon_o = (device_horizon[32*3 +: 32] < device_horizon[32*4 +: 32]) ? device_horizon[32*3 +: 32]
                                                                                        : device_horizon[32*4 +: 32];

  // Levels between devices move by an access, a byte of the console or a bark, which is a system event: the PLIC has not
  // seen them yet at the edge after which this is set.
  reg stirred_q;
  always @(posedge clk) if (sim_horizon_en_i) stirred_q <= strobe != {`NUM_SLAVES{1'b0}} || con_valid_o;

  soc_horizon #(.NUM_HARTS(NUM_HARTS), .NUM_DEVICES(NUM_DEVICES)) horizon_min (
      .clk(clk), .busy_i(stirred_q || sys_attn_o || !(&hart_rst_n_q) || (|stop_hart_rst)),
      .hart_i(hart_horizon), .device_i(device_horizon), .en_q(counting),
      .sim_horizon_en_i(sim_horizon_en_i), .sim_horizon_o(sim_horizon_o));
endmodule
`default_nettype wire
