// SPDX-License-Identifier: Apache-2.0
// soc_horizon: how many cycles may be skipped. Computed at a clock edge with en_i, from that edge on: a skip clock of up to
// horizon_o cycles may follow if no input has changed. Never optimistic; 0 after any other edge.
// Harts and the bus count from the state after the edge, because they know the op that begins at it; devices count from
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
    input  wire                      busy_i,      // something is about to happen that no counter below announces
    input  wire [32*NUM_HARTS-1:0]   hart_i,
    input  wire [31:0]               bus_i,
    input  wire [32*NUM_DEVICES-1:0] device_i,
    output reg  [31:0]               horizon_o
);
  reg [31:0] nearest_device, nearest;
  integer d, h;

  always @* begin
    d = 0;
    h = 0;
    nearest_device = 32'h7fff_ffff;
    nearest = bus_i;
    if (en_i) begin
      for (d = 0; d < NUM_DEVICES; d = d + 1)
        if (device_i[32*d +: 32] < nearest_device) nearest_device = device_i[32*d +: 32];
      if (nearest_device == 32'b0) nearest = 32'b0;
      else if (nearest_device - 32'd1 < nearest) nearest = nearest_device - 32'd1;
      for (h = 0; h < NUM_HARTS; h = h + 1)
        if (hart_i[32*h +: 32] < nearest) nearest = hart_i[32*h +: 32];
    end
  end

  always @(posedge clk)
    if (!rst_n || !en_i || busy_i || skip_i != 32'b0) horizon_o <= 32'b0;
    else horizon_o <= nearest;
endmodule
`default_nettype wire
