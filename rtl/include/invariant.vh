// SPDX-License-Identifier: Apache-2.0
// `INVARIANT(text, cond): stops the simulation at the first clock edge out of reset where cond is not 1; X is a violation.
// Uses the enclosing module's clk and rst_n. Alive in every simulator, nothing in synthesis. $stop reaches the
// testbench's vl_stop under Verilator and ends `vvp -N` with exit code 1.
`ifndef INVARIANT_VH
`define INVARIANT_VH
`ifdef YOSYS
`define INVARIANT(text, cond)
`else
`define INVARIANT(text, cond) \
  always @(posedge clk) \
    if (rst_n && ((cond) !== 1'b1)) begin \
      $display("%0t INVARIANT %m: %s", $time, text); \
      $stop; \
    end
`endif
`endif
