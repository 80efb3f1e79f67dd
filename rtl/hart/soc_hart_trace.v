// SPDX-License-Identifier: Apache-2.0
// soc_hart_trace: the state of the software on this hart, for the waves, the watchdog (site) and CSR reads.
// Latched at the clock where tgl_i differs from the copy kept here. Costs no cycles and drives nothing of the hart, so
// it is never reset with it: after a bite the last site shows where the hart was.
`default_nettype none
module soc_hart_trace (
    input  wire        clk,
    input  wire        por_n_i,       // power-on reset only
    input  wire        tgl_i,
    input  wire [15:0] site_i,
    input  wire [31:0] pid_i,
    input  wire [7:0]  class_i,
    input  wire [31:0] calls_i,
    input  wire        resched_i,
    input  wire [7:0]  rqlock_i,
    input  wire [23:0] queues_i,
    output reg  [15:0] site_q,
    output reg  [31:0] pid_q,
    output reg  [7:0]  class_q,
    output reg  [31:0] calls_q,
    output reg         resched_q,
    output reg  [7:0]  rqlock_q,      // 0 = free, else holder + 1
    // ext tasks of this hart's run queue: runnable, on its local queue, in the policy's hands
    output reg  [7:0]  running_q,
    output reg  [7:0]  local_q,
    output reg  [7:0]  held_q
);
  reg seen_q;

  always @(posedge clk)
    if (!por_n_i) begin
      seen_q <= tgl_i;
      site_q <= 16'b0;
      pid_q <= 32'b0;
      class_q <= 8'b0;
      calls_q <= 32'b0;
      resched_q <= 1'b0;
      rqlock_q <= 8'b0;
      {held_q, local_q, running_q} <= 24'b0;
    end else if (tgl_i != seen_q) begin
      seen_q <= tgl_i;
      site_q <= site_i;
      pid_q <= pid_i;
      class_q <= class_i;
      calls_q <= calls_i;
      resched_q <= resched_i;
      rqlock_q <= rqlock_i;
      {held_q, local_q, running_q} <= queues_i;
    end
endmodule
`default_nettype wire
