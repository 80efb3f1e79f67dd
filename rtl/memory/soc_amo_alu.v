// SPDX-License-Identifier: Apache-2.0
// soc_amo_alu: the word after a store or an atomic, and whether it is written at all. Idle unless en_i.
`default_nettype none
`include "regs.vh"
module soc_amo_alu (
    input  wire        en_i,
    input  wire [4:0]  op_i,
    input  wire [31:0] old_i,
    input  wire [31:0] operand_i,
    input  wire [31:0] cmp_i,
    output reg         we_o,
    output reg  [31:0] new_o
);
  always @* begin
    we_o = 1'b0;
    new_o = operand_i;
    if (en_i) begin
      we_o = 1'b1;
      case (op_i)
        `OP_STORE, `OP_AMO_SWAP: ;
        `OP_AMO_ADD: new_o = old_i + operand_i;
        `OP_AMO_OR:  new_o = old_i | operand_i;
        `OP_AMO_AND: new_o = old_i & operand_i;
        `OP_CAS:     we_o = old_i == cmp_i;
        default:     we_o = 1'b0;
      endcase
    end
  end
endmodule
`default_nettype wire
