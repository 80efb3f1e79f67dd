// SPDX-License-Identifier: Apache-2.0
// soc_ram: the shared RAM, 32-bit words, with atomics beside it. A synchronous read port (rd_i) and a write port used at
// least one clock later (strobe_i), so it maps to block RAM where peek_i is tied to 0. rdata_o is the word before the
// transfer. Contents survive every reset and are undefined at power-on.
`default_nettype none
module soc_ram #(
    parameter BYTES = 32'h0010_0000
) (
    input  wire        clk,
    input  wire        rd_i,
    input  wire [31:0] rd_addr_i,
    input  wire        peek_i,        // with rd_i, in a skip that passes the access of a load; 0 in hardware
    // verilator tracing_off
    output wire [31:0] peek_o,        // the word at rd_addr_i
    // verilator tracing_on
    input  wire        strobe_i,
    input  wire [4:0]  op_i,
    input  wire [31:0] addr_i,        // same word as at rd_i
    input  wire [31:0] data_i,
    input  wire [31:0] cmp_i,
    // verilator tracing_off
    output wire [31:0] rdata_o
    // verilator tracing_on
);
  localparam WORDS = BYTES / 4;
  localparam INDEX_BITS = $clog2(WORDS);

  reg [31:0] memory [0:WORDS-1];
  reg [31:0] read_q;
  wire        we;
  wire [31:0] word;
  wire unused_ok = &{1'b0, rd_addr_i[31:INDEX_BITS+2], rd_addr_i[1:0], addr_i[31:INDEX_BITS+2], addr_i[1:0]};

  generate if (BYTES < 8 || BYTES % 4 != 0) begin : g_check
    BYTES_must_be_a_multiple_of_4_and_at_least_8 error_at_elaboration ();
  end endgenerate

  soc_amo_alu alu (.en_i(strobe_i), .op_i(op_i), .old_i(read_q), .operand_i(data_i), .cmp_i(cmp_i), .we_o(we),
                   .new_o(word));

  always @(posedge clk) begin
    if (rd_i) read_q <= memory[rd_addr_i[INDEX_BITS+1:2]];
    if (we) memory[addr_i[INDEX_BITS+1:2]] <= word;
  end

  assign rdata_o = read_q;
  assign peek_o  = peek_i ? memory[rd_addr_i[INDEX_BITS+1:2]] : 32'b0;
endmodule
`default_nettype wire
