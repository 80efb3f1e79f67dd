#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exact skipping: a run with skipping, one without, and one under waves must be the same run.

usage: equality.py SCX_COSIM OUT scenarios [NAME ...]   shipped scenarios, all variants; no names: all but *_full
       equality.py SCX_COSIM OUT random FIRST COUNT [HARTS ...]
           generated ones (random_scenario.py) with so many harts each; without: such as are built, up to 8

Compared: how it ended, after how many cycles and ops, the hash of all events (among them every interrupt, tick, watchdog
bark and bite with its cycle), and what every signal of the RTL holds at the end and at two cycles on the way there.
"""
import collections
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys

import machine_state
import random_scenario

WINDOWS_MAX = 16   # of a scenario
SHOWN_MAX = 20     # signals named at one cycle
USUAL_HART_COUNTS = [1, 2, 4, 4, 4, 8]

Run = collections.namedtuple("Run", "result states")


class Runner:
    """Runs one scenario, all its variants, in ways that must not matter."""

    def __init__(self, cosim, out, scenario, name):
        self.cosim, self.out, self.scenario, self.name = cosim, out / name, scenario, name
        shutil.rmtree(self.out, ignore_errors=True)

    def run(self, mode, *arguments, cuts=()):
        """{variant: Run}. With cuts, waves are open for the clock that leads to each."""
        if cuts:
            arguments += ("--set", f"waves={json.dumps([{'from': max(cut, 1) - 1, 'to': cut} for cut in cuts])}")
        folder = self.out / mode
        done = subprocess.run([self.cosim, "run", self.scenario, "--quiet", "--out", folder, *arguments],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode in (2, 20):  # nothing has run, or the simulator failed
            print(done.stderr[-2000:], file=sys.stderr)
        runs = {}
        for file in sorted((folder / self.name).glob("*/result.json")):
            result = json.loads(file.read_text())
            waves, states = file.with_name("waves.fst"), {}
            if cuts and waves.exists():
                passed = [cut for cut in cuts if cut <= result["cycles"]]
                period = 1_000_000 // result["config"]["hardware"]["clock_mhz"]
                states = dict(zip(passed, machine_state.states_at(waves, passed, period)))
            waves.unlink(missing_ok=True)
            runs[file.parent.name] = Run(result, states)
        return runs


def cuts_of(runs, seed):
    """Where to look into the machine: at the end of each variant, and at two cycles before."""
    ends = sorted({run.result["cycles"] for run in runs.values()})
    draw = random.Random(seed)
    return sorted({*ends, *(draw.randint(2, ends[0]) for _ in range(2))})[-WINDOWS_MAX:]


def identity(result):
    return {"outcome": result["outcome"], "ending": result["ending"], "cycles": result["cycles"],
            "ops": result["speed"]["ops"], "events": result["hash"]["events"]}


def shown(bits):
    return f"{int(bits, 2):x}h" if re.fullmatch("[01]{2,}", bits) else bits


def compare(runs, cuts):
    """Problems found in {mode: {variant: Run}}: all modes against the first, states of those that were cut."""
    problems = []
    first = next(iter(runs))
    if not runs[first]:
        return ["no results"]
    for mode, variants in runs.items():
        if variants.keys() != runs[first].keys():
            problems.append(f"{mode} has other variants than {first}")
            continue
        for variant, run in variants.items():
            reference = runs[first][variant]
            if run.result["outcome"] in ("internal_error", "invariant_broken", "hung", "interrupted"):
                problems.append(f"{variant}: {mode} ended as {run.result['outcome']}: {run.result['message']}")
            if identity(run.result) != identity(reference.result):
                problems.append(f"{variant}: {first} {identity(reference.result)} but {mode} {identity(run.result)}")
    with_states = [mode for mode in runs if any(run.states for run in runs[mode].values())]
    for variant, run in runs[first].items():
        wanted = {cut for cut in cuts if cut <= run.result["cycles"]}
        states = {mode: runs[mode][variant].states for mode in with_states if variant in runs[mode]}
        if len(states) < 2 or any(found.keys() != wanted for found in states.values()):
            problems.append(f"{variant}: no states to compare")
            continue
        (one, of_one), (other, of_other) = list(states.items())[:2]
        for cut in sorted(wanted):
            found = machine_state.differences(of_one[cut], of_other[cut])
            problems += [f"{variant}: at cycle {cut} {signal} is {shown(value)} in {one} but {shown(other_value)} in {other}"
                         for signal, value, other_value in found[:SHOWN_MAX]]
            if len(found) > SHOWN_MAX:
                problems.append(f"{variant}: at cycle {cut} {len(found) - SHOWN_MAX} signals more")
    return problems


def examine(runner, seed, with_waves):
    """Problems, cycles skipped, and signals compared."""
    runs = {"skip": runner.run("skip", "--set", "waves=none")}
    cuts = cuts_of(runs["skip"], seed) if runs["skip"] else []
    runs["skip_cut"] = runner.run("skip_cut", cuts=cuts)
    runs["plain_cut"] = runner.run("plain_cut", "--no-skip", cuts=cuts)
    if with_waves is not None:
        runs["waves"] = runner.run("waves", *with_waves)
    skipped = sum(run.result["cycles"] - run.result["speed"]["clocks"] for run in runs["skip"].values())
    signals = sum(len(state) for run in runs["skip_cut"].values() for state in run.states.values())
    return compare(runs, cuts), skipped, signals


def shipped(cosim, out, names):
    folder = pathlib.Path(__file__).parent.parent.parent / "configs" / "scenarios"
    names = names or sorted(file.stem for file in folder.glob("*.yaml") if not file.stem.endswith("_full"))
    for seed, name in enumerate(names):
        yield name, *examine(Runner(cosim, out, name, name), seed, with_waves=[])


def usual_hart_counts(cosim):
    listed = subprocess.run([cosim, "list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    built = [int(word) for word in re.search(r"^hart counts\n  (.*)", listed, re.M).group(1).split(", ")]
    return [harts for harts in USUAL_HART_COUNTS if harts in built]


def generated(cosim, out, first, count, hart_counts):
    out.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        scenario = random_scenario.scenario(seed, hart_counts)
        file = out / f"{scenario['name']}.yaml"
        file.write_text(json.dumps(scenario, indent=1))
        waves = ["--set", "waves={from: 100000, to: 130000}"] if seed % 8 == 0 else None
        yield scenario["name"], *examine(Runner(cosim, out, file, scenario["name"]), seed, waves)


def main():
    cosim, out, kind = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    if kind == "random":
        hart_counts = [int(word) for word in sys.argv[6:]] or usual_hart_counts(cosim)
        cases = generated(cosim, out, int(sys.argv[4]), int(sys.argv[5]), hart_counts)
    else:
        cases = shipped(cosim, out, sys.argv[4:])
    total, skipped, compared, bad = 0, 0, 0, []
    for name, problems, cycles, signals in cases:
        total += 1
        skipped += cycles
        compared += signals
        bad += [f"{name}: {problem}" for problem in problems]
        print(f"{name}: {'DIFFERS' if problems else 'equal'}, {cycles} cycles skipped", flush=True)
    for problem in bad:
        print(problem)
    print(f"{total} scenarios, {len(bad)} differences, {skipped} cycles skipped, {compared} values of signals compared")
    if total == 0 or skipped == 0 or compared == 0:
        print("nothing was compared or nothing was skipped")
        sys.exit(1)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
