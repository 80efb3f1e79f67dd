// SPDX-License-Identifier: Apache-2.0
// soc_ram: the shared RAM, 32-bit words, with atomics beside it. A synchronous read port (rd_i) and a write port used at
// least one clock later (strobe_i), so it maps to block RAM where sim_peek_i is tied to 0. rdata_o is the word before the
// transfer. Contents survive every reset and are undefined at power-on.
`default_nettype none
module soc_ram #(
    parameter BYTES = 32'h0010_0000
) (
    input  wire        clk,
    input  wire        rd_i,
    input  wire [31:0] rd_addr_i,
    input  wire        strobe_i,
    input  wire [4:0]  op_i,
    input  wire [31:0] addr_i,        // same word as at rd_i
    input  wire [31:0] data_i,
    input  wire [31:0] cmp_i,
    // Answer to the bus
    // verilator tracing_off
    output wire [31:0] rdata_o,
    // Simulation only: a transfer that a skip takes further than an ordinary clock would
    input  wire        sim_rd_i,      // as rd_i, of the word at sim_rd_addr_i
    input  wire [31:0] sim_rd_addr_i,
    input  wire        sim_peek_i,    // with one of both: a load ends in this skip
    output wire [31:0] sim_rdata_o    // and this is its word
);
  wire [31:0] read_at = sim_rd_i ? sim_rd_addr_i : rd_addr_i;
  // verilator tracing_on
  localparam WORDS = BYTES / 4;
  localparam INDEX_BITS = $clog2(WORDS);

  reg [31:0] memory [0:WORDS-1];
  reg [31:0] read_q;
  wire        we;
  wire [31:0] word;
  wire unused_ok = &{1'b0, read_at[31:INDEX_BITS+2], read_at[1:0], addr_i[31:INDEX_BITS+2], addr_i[1:0]};

  generate if (BYTES < 8 || BYTES % 4 != 0) begin : g_check
    BYTES_must_be_a_multiple_of_4_and_at_least_8 error_at_elaboration ();
  end endgenerate

  soc_amo_alu alu (.en_i(strobe_i), .op_i(op_i), .old_i(read_q), .operand_i(data_i), .cmp_i(cmp_i), .we_o(we),
                   .new_o(word));

  always @(posedge clk) begin
    if (rd_i || sim_rd_i) read_q <= memory[read_at[INDEX_BITS+1:2]];
    if (we) memory[addr_i[INDEX_BITS+1:2]] <= word;
  end

  assign rdata_o = read_q;
  assign sim_rdata_o = sim_peek_i ? memory[read_at[INDEX_BITS+1:2]] : 32'b0;
endmodule
`default_nettype wire
