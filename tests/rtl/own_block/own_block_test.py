#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""RTL of one's own, built and run: the worked example of docs/rtl/your-own-block.md, a block whose horizon is wrong, and a replaced
one. A run on them says that its skips were checked; one that depends on them does not pass.

usage: own_block_test.py SOURCES SCRATCH
"""
import json
import pathlib
import shutil
import subprocess
import sys

from own_block import EXAMPLE, copy_with_example, replace

INEXACT = 16

# An interrupt shows on eip_o two clocks later.
LATE = ("  assign eip_o = eip_q;\n", """  reg [NUM_HARTS-1:0] late_1_q, late_2_q;
  always @(posedge clk)
    if (!rst_n) {late_1_q, late_2_q} <= {2*NUM_HARTS{1'b0}};
    else {late_1_q, late_2_q} <= {eip_q, late_1_q};
  assign eip_o = late_2_q;
""")
LATE_HORIZON = ("!req_i && !dirty_q && (LEVELS", "!req_i && !dirty_q && eip_q == late_1_q && late_1_q == late_2_q && (LEVELS")


class Tree:
    def __init__(self, sources, scratch):
        self.folder, self.scratch = scratch / "tree", scratch
        self.build = self.folder / "build" / "own"
        self.cosim = self.build / "scx-cosim"
        copy_with_example(sources, self.folder)

    def make(self):
        subprocess.run(["cmake", "-S", self.folder, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSCX_HART_COUNTS=1",
                        "--log-level=WARNING"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "--build", self.build, "--target", "scx-cosim"], check=True, stdout=subprocess.DEVNULL)

    def run(self, name, *options, code=0):
        """Runs the example's scenario; result.json and what the command printed."""
        done = subprocess.run([self.cosim, "run", self.folder / EXAMPLE / "alarm.yaml", "--out", self.scratch / "runs" / name, *options],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == code, f"{name}: exit code {done.returncode}\n{done.stdout}"
        return json.loads((self.scratch / "runs" / name / "alarm" / "base" / "result.json").read_text()), done.stdout


def verified(result):
    return result["skips"] == {"shipped_rtl": False, "verified": {"to_cycle": 2_000_000, "ok": True, "earlier": False}}


def main():
    sources, scratch = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    shutil.rmtree(scratch, ignore_errors=True)
    tree = Tree(sources, scratch)
    plic, alarm = tree.folder / "rtl" / "irq" / "soc_plic.v", tree.folder / "rtl" / "platform" / "soc_alarm.v"

    # The example: it works, its skips are exact, and the run says that this was looked at.
    tree.make()
    result, out = tree.run("example")
    assert verified(result), result["skips"]
    assert "not the shipped one; without skips a second run had the same events up to cycle 2000000 of 2000000" in out, out
    alarms = (scratch / "runs" / "example" / "alarm" / "base" / "console.log").read_text().count("alarm")
    assert alarms == 6, f"{alarms} alarms"
    plain, _ = tree.run("plain", "--no-skip")
    assert plain["hash"]["events"] == result["hash"]["events"]
    assert plain["skips"] == {"shipped_rtl": False, "verified": None}
    again, out = tree.run("example")
    assert again["skips"]["verified"]["earlier"] and "an earlier run" in out, out
    waves, _ = tree.run("waves", "--set", "waves={from: 290000, to: 310000}")
    assert waves["hash"]["events"] == result["hash"]["events"]
    shown = subprocess.run([tree.cosim, "wave", scratch / "runs" / "waves" / "alarm" / "base", "--view", "ipi", "--print"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "waves" in shown
    view = (scratch / "runs" / "waves" / "alarm" / "base" / "waves-ipi.gtkw").read_text()
    assert "soc.alarm.irq_q" in view, view

    # Its line moves, and the PLIC has not seen it: a horizon that forgets this breaks an invariant, in a run with skips alone.
    replace(alarm, "      if (irq_q != shown_q) sim_horizon_o = 32'b0;\n", "")
    tree.make()
    result, out = tree.run("forgotten", code=INEXACT)
    assert result["outcome"] == "skip_inexact" and not result["skips"]["verified"]["ok"], result
    assert "invariant of the RTL" in result["message"], result["message"]
    shutil.copy(tree.folder / EXAMPLE / "soc_alarm.v", alarm)

    # A replaced block: an interrupt controller that takes two clocks more, and keeps its horizon.
    replace(plic, *LATE)
    tree.make()
    result, out = tree.run("late", code=INEXACT)
    assert result["outcome"] == "skip_inexact" and not result["skips"]["verified"]["ok"], result
    assert "skipping quiet cycles changes the run: at cycle" in result["message"], result["message"]
    assert "one of its horizons is too far" in out, out
    log = scratch / "runs" / "late" / "alarm" / "base" / "skip-check" / "events.bin"
    assert subprocess.run([tree.cosim, "events", log.parent], stdout=subprocess.DEVNULL).returncode == 0
    plain, _ = tree.run("late_plain", "--no-skip")

    # And with the horizon that belongs to it.
    replace(plic, *LATE_HORIZON)
    tree.make()
    result, out = tree.run("mended")
    assert verified(result), result["skips"]
    assert result["hash"]["events"] == plain["hash"]["events"], "the check found nothing, and the events are others"
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
