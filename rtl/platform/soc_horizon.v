// SPDX-License-Identifier: Apache-2.0
// soc_horizon: how many cycles may be skipped, from the edge with en_i on: one skip clock of up to horizon_o cycles may
// follow if no input has changed. Never optimistic; 0 after any other edge, a skip clock included.
// Harts and the bus count from the state after the edge, because they know the op that begins at it. Devices count from
// the state before it, so one cycle comes off.
`default_nettype none
module soc_horizon #(
    parameter NUM_HARTS = 4,
    parameter NUM_DEVICES = 5
) (
    input  wire                      clk,
    input  wire                      rst_n,
    input  wire                      en_i,
    input  wire [31:0]               skip_i,
    input  wire                      busy_i,      // something happens at this edge that no count below announces
    input  wire [32*NUM_HARTS-1:0]   hart_q_i,    // registered at the same edge
    input  wire [31:0]               bus_q_i,     // registered at the same edge
    input  wire [32*NUM_DEVICES-1:0] device_i,
    output reg  [31:0]               horizon_o
);
  reg        valid_q;
  reg [31:0] device_q;
  integer h;

  function [31:0] nearest_device(input [32*NUM_DEVICES-1:0] counts);
    integer d;
    begin
      nearest_device = counts[31:0];
      for (d = 1; d < NUM_DEVICES; d = d + 1)
        if (counts[32*d +: 32] < nearest_device) nearest_device = counts[32*d +: 32];
    end
  endfunction

  always @(posedge clk) begin
    valid_q <= 1'b0;
    if (en_i)
      if (rst_n && !busy_i && skip_i == 32'b0 && nearest_device(device_i) != 32'b0) begin
        valid_q <= 1'b1;
        device_q <= nearest_device(device_i) - 32'd1;
      end
  end

  always @* begin
    h = 0;
    horizon_o = 32'b0;
    if (valid_q) begin
      horizon_o = (device_q < bus_q_i) ? device_q : bus_q_i;
      for (h = 0; h < NUM_HARTS; h = h + 1)
        if (hart_q_i[32*h +: 32] < horizon_o) horizon_o = hart_q_i[32*h +: 32];
    end
  end
endmodule
`default_nettype wire
