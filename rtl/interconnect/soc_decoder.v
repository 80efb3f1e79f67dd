// SPDX-License-Identifier: Apache-2.0
// soc_decoder: which slave an address belongs to, one-hot; none when it is misaligned or nobody lives there. Devices take
// plain loads and stores; atomics are RAM's (PMA AMONone elsewhere). Idle unless en_i.
`default_nettype none
`include "regs.vh"
module soc_decoder #(
    parameter NUM_HARTS = 4,
    parameter RAM_BYTES = 32'h0010_0000
) (
    input  wire        en_i,
    input  wire [31:0] addr_i,
    input  wire        atomic_i,
    output reg  [8:0]  select_o       // slave numbers: soc_bus
);
  localparam SECOND_SWDT = NUM_HARTS > 32;
  wire [31:0] ram_offset = addr_i - `RAM_BASE;

  always @* begin
    select_o = 9'b0;
    if (en_i && addr_i[1:0] == 2'b00) begin
      if (ram_offset < RAM_BYTES) select_o[0] = 1'b1;
      else if (!atomic_i)
        casez (addr_i)
          32'b0000_0010_0000_0000_00??_????_????_????: select_o[1] = 1'b1;          // MSWI
          32'b0000_0010_0000_0000_01??_????_????_????,
          32'b0000_0010_0000_0000_10??_????_????_????: select_o[2] = 1'b1;          // MTIMER
          32'b0000_0011_0000_0000_000?_????_????_????: select_o[3] = 1'b1;          // SWDT 0
          32'b0000_0011_0000_0000_001?_????_????_????: select_o[4] = SECOND_SWDT;   // SWDT 1
          32'b0000_11??_????_????_????_????_????_????: select_o[5] = 1'b1;          // PLIC
          32'b0001_0000_0000_0000_0000_????_????_????: select_o[6] = 1'b1;          // console
          32'b0001_0000_0000_0000_0001_????_????_????: select_o[7] = 1'b1;          // test sources
          32'b0001_0000_0000_0000_0010_????_????_????: select_o[8] = 1'b1;          // hart control
          default: ;
        endcase
    end
  end
endmodule
`default_nettype wire
