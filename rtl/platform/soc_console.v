// SPDX-License-Identifier: Apache-2.0
// soc_console: bytes out, and back in when CTRL.LOOPBACK is set. A byte written to TX leaves at the next clock, so TX is
// always ready. The receive buffer holds one byte; a second one is lost and says so (RX_OVERRUN).
`default_nettype none
`include "regs.vh"
module soc_console (
    input  wire        clk,
    input  wire        rst_n,
    input  wire        req_i,
    input  wire        we_i,
    input  wire [25:0] addr_i,
    input  wire [31:0] wdata_i,
    output reg         valid_q,       // one clock per byte
    output reg  [7:0]  data_q,
    output wire        irq_o,
    // Answer to the bus
    // verilator tracing_off
    output reg  [31:0] rdata_o,
    output wire        err_o
    // verilator tracing_on
);
  reg       rx_valid_q, rx_overrun_q;
  reg [7:0] rx_q;
  reg [2:0] ctrl_q;
  wire unused_ok = &{1'b0, addr_i[25:12], addr_i[1:0], wdata_i[31:8]};

  wire [25:0] offset = {14'b0, addr_i[11:2], 2'b00};
  reg  write_tx, write_ctrl, read_rx;
  wire receive = valid_q && ctrl_q[`CONSOLE_CTRL_LOOPBACK_LSB];

  always @* begin
    {write_tx, write_ctrl, read_rx} = 3'b0;
    rdata_o = 32'b0;
    if (req_i) begin
      write_tx = we_i && offset == `CONSOLE_TX;
      write_ctrl = we_i && offset == `CONSOLE_CTRL;
      read_rx = !we_i && offset == `CONSOLE_RX;
      case (offset)
        `CONSOLE_STATUS: rdata_o = {29'b0, rx_overrun_q, rx_valid_q, 1'b1};
        `CONSOLE_RX:     rdata_o = {24'b0, rx_q};
        `CONSOLE_CTRL:   rdata_o = {29'b0, ctrl_q};
        default:         ;
      endcase
    end
  end
  assign err_o = 1'b0;
  assign irq_o = (ctrl_q[`CONSOLE_CTRL_RX_INT_ENABLE_LSB] && rx_valid_q) || ctrl_q[`CONSOLE_CTRL_TX_INT_ENABLE_LSB];

  always @(posedge clk)
    if (!rst_n) begin
      valid_q <= 1'b0;
      data_q <= 8'b0;
      rx_valid_q <= 1'b0;
      rx_overrun_q <= 1'b0;
      rx_q <= 8'b0;
      ctrl_q <= 3'b0;
    end else if (req_i || valid_q) begin
      valid_q <= write_tx;
      if (write_tx) data_q <= wdata_i[7:0];
      if (write_ctrl) ctrl_q <= wdata_i[2:0];
      if (receive && (!rx_valid_q || read_rx)) begin
        rx_q <= data_q;
        rx_valid_q <= 1'b1;
        rx_overrun_q <= 1'b0;
      end else if (receive) begin
        rx_overrun_q <= 1'b1;
      end else if (read_rx) begin
        rx_valid_q <= 1'b0;
        rx_overrun_q <= 1'b0;
      end
    end
endmodule
`default_nettype wire
