#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each shipped study at reduced size: the direction of the answer that docs/studies.md gives.

usage: shipped_studies.py SCX-COSIM CONFIGS WORK-DIR
"""
import csv
import json
import pathlib
import subprocess
import sys
import unittest

PROGRAM, CONFIGS, WORK = "", pathlib.Path(), pathlib.Path()


class Study:
    """A study that has run: its points and answers."""

    def __init__(self, name, *options):
        done = subprocess.run([PROGRAM, "study", name, "--out", WORK, "--no-report", *options], capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{name}: status {done.returncode}\n{done.stdout}{done.stderr}")
        self.answers = json.loads((WORK / name / "answers.json").read_text())
        with (WORK / name / "points.csv").open() as file:
            self.points = list(csv.DictReader(file))

    def at(self, response, **axes):
        """The median where the axes are so; None: no run had it."""
        found = [p for p in self.points if all(p[axis] == str(value) for axis, value in axes.items())]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} points at {axes}")
        return float(found[0][response]) if found[0][response] else None


class ShippedStudies(unittest.TestCase):
    def test_all_are_here(self):
        shipped = {file.stem for file in (CONFIGS / "studies").glob("*.yaml")}
        tested = {name.removeprefix("test_of_") for name in dir(self) if name.startswith("test_of_")}
        self.assertEqual(shipped, tested)

    def test_of_ipi_latency(self):
        study = Study("ipi_latency", "--axis", "ipi=[4, 3162]", "--axis", "clock=100", "--seeds", "1")
        self.assertGreater(study.at("kick_to_irq", ipi=3162), study.at("kick_to_irq", ipi=4) + 3162 / 100)
        self.assertEqual(study.at("late_kicks", ipi=4), 0)
        self.assertGreater(study.at("late_kicks", ipi=3162), 0)
        flips = [flip for flip in study.answers["flips"] if flip["response"] == "late_kicks"]
        self.assertEqual([flip["above"] - flip["below"] for flip in flips], [1])

    def test_of_breakout_limit(self):
        study = Study("breakout_limit", "--axis", "limit=[1, 32, 256]", "--axis", "memory=2", "--seeds", "1..2")
        off = [study.at("irqs_off", limit=limit) for limit in (1, 32, 256)]
        self.assertEqual(off, sorted(off))
        self.assertGreater(study.at("wait_p99", limit=1), study.at("wait_p99", limit=32))
        self.assertEqual(study.at("self_kicks", limit=256), 0)
        self.assertGreater(study.at("self_kicks", limit=1), 10 * study.at("self_kicks", limit=32))

    def test_of_time_to_recovery(self):
        study = Study("time_to_recovery", "--axis", "hz=[250, 1000]", "--axis", "timeout=[20, 40]", "--axis", "nohz=off", "--seeds", "1")
        for hz in (250, 1000):
            self.assertGreater(study.at("report", hz=hz, timeout=40), study.at("report", hz=hz, timeout=20) + 10)
        self.assertGreater(study.at("recovery", hz=250, timeout=20), study.at("recovery", hz=1000, timeout=20))

    def test_of_lock_convoy(self):
        study = Study("lock_convoy", "--axis", "harts=[1, 4]", "--axis", "memory=[0, 50]", "--seeds", "1")
        self.assertEqual(study.at("spin", harts=1, memory=50), 0)
        self.assertGreater(study.at("spin", harts=4, memory=50), 4 * study.at("spin", harts=4, memory=0))
        self.assertGreater(study.at("bypass_wait", harts=4, memory=50), 10 * study.at("bypass_wait", harts=4, memory=0))
        self.assertLess(study.at("rounds", harts=4, memory=50), study.at("rounds", harts=4, memory=0))

    def test_of_two_watchdogs(self):
        study = Study("two_watchdogs", "--axis", "limit=[0, 32]", "--axis", "bark=[5, 20]", "--axis", "bite=bite_50ms")
        for bark in (5, 20):
            self.assertGreaterEqual(study.at("bark_at", limit=0, bark=bark), bark)
            self.assertIsNone(study.at("error_at", limit=0, bark=bark))
            self.assertEqual(study.at("dump_lines", limit=0, bark=bark), 0)
            self.assertIsNone(study.at("bark_at", limit=32, bark=bark))
            self.assertEqual(study.at("ejected", limit=32, bark=bark), 1)
            self.assertGreater(study.at("dump_lines", limit=32, bark=bark), 50)

    def test_of_kick_storm(self):
        study = Study("kick_storm", "--axis", "period=[5, 20, 500]", "--axis", "entry=[6, 400]", "--axis", "ipi=4", "--seeds", "1")
        self.assertLess(study.at("rounds", period=5, entry=6), study.at("rounds", period=500, entry=6) / 2)
        self.assertGreater(study.at("ipis", period=5, entry=6), 10 * study.at("ipis", period=500, entry=6))
        edge = {flip["others"]["entry"]: flip["above"] for flip in study.answers["flips"]}
        self.assertGreater(edge[6], edge[400])  # the dearer the interrupt, the later a storm is one

    def test_of_knobs(self):
        study = Study("knobs", "--axis", "policy=qmap", "--count", "4", "--seeds", "1")
        effects = {axis: one["mu_star"] for axis, one in study.answers["answers"]["wait_p99"]["morris"].items()}
        self.assertEqual(max(effects, key=effects.get), "memory")
        self.assertGreater(effects["memory"], 2 * effects["slice"])

    def test_of_knob_shares(self):
        study = Study("knob_shares", "--axis", "policy=central", "--count", "8", "--seeds", "1")
        total = {axis: one["total"] for axis, one in study.answers["answers"]["wait_p99"]["sobol"].items()}
        self.assertEqual(max(total, key=total.get), "memory")
        self.assertGreater(total["memory"], 0.4)


if __name__ == "__main__":
    PROGRAM, CONFIGS, WORK = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
