// SPDX-License-Identifier: Apache-2.0
// `INVARIANT(text, cond): stops the simulation at the first clock edge out of reset where cond is not 1; X is a violation.
// `INVARIANT_WHEN(guard, text, cond): the same, looked at only in clocks where guard is not 0; for conditions too costly to
// be evaluated in every clock.
// `BROKEN_INVARIANT(text): a statement of a clocked block that found one broken on its way, at no cost when it is not.
// They use the enclosing module's clk and rst_n. Alive in every simulator, nothing in synthesis. $stop reaches the
// testbench's vl_stop under Verilator and ends `vvp -N` with exit code 1.
`ifndef INVARIANT_VH
`define INVARIANT_VH
`ifdef YOSYS
`define INVARIANT(text, cond)
`define INVARIANT_WHEN(guard, text, cond)
`define BROKEN_INVARIANT(text) begin end
`else
`define INVARIANT(text, cond) \
  always @(posedge clk) \
    if (rst_n && ((cond) !== 1'b1)) begin \
      $display("%0t INVARIANT %m: %s", $time, text); \
      $stop; \
    end
`define INVARIANT_WHEN(guard, text, cond) \
  always @(posedge clk) \
    if ((guard) !== 1'b0) \
      if (rst_n && ((cond) !== 1'b1)) begin \
        $display("%0t INVARIANT %m: %s", $time, text); \
        $stop; \
      end
`define BROKEN_INVARIANT(text) \
  begin \
    $display("%0t INVARIANT %m: %s", $time, text); \
    $stop; \
  end
`endif
`endif
