// SPDX-License-Identifier: Apache-2.0
// soc_decoder: which slave an address belongs to, one-hot; none when it is misaligned or no slave is there. Devices take
// plain loads and stores; atomics are RAM's (PMA AMONone elsewhere). Idle unless en_i.
`default_nettype none
`include "regs.vh"
module soc_decoder #(
    parameter NUM_HARTS = 4,
    parameter RAM_BYTES = `RAM_SIZE_DEFAULT
) (
    input  wire                   en_i,
    input  wire [31:0]            addr_i,
    input  wire                   atomic_i,
    output reg  [`NUM_SLAVES-1:0] select_o
);
  localparam [32*`NUM_SLAVES-1:0] BASES = `SLAVE_BASES;
  localparam [32*`NUM_SLAVES-1:0] SIZES = `SLAVE_SIZES;
  wire [31:0] ram_offset = addr_i - `RAM_BASE;
  // verilator tracing_off
  integer s;
  // verilator tracing_on

  always @* begin
    s = 0;                                        // a loop variable left unset in one branch is a latch to some tools
    select_o = {`NUM_SLAVES{1'b0}};
    if (en_i && addr_i[1:0] == 2'b00) begin
      if (ram_offset < RAM_BYTES) select_o[`SLAVE_RAM] = 1'b1;
      else if (!atomic_i) begin
        for (s = `SLAVE_RAM + 1; s < `NUM_SLAVES; s = s + 1)
          select_o[s] = addr_i - BASES[32*s +: 32] < SIZES[32*s +: 32];
        if (NUM_HARTS <= `SWDT_PER_INSTANCE) select_o[`SLAVE_SWDT1] = 1'b0;   // not built
      end
    end
  end
endmodule
`default_nettype wire
