#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exact skipping: a run with skipping, one without, and one under waves must be the same run.

usage: equality.py SCX_COSIM OUT scenarios [NAME ...]   shipped scenarios, all variants; no names: all but *_full
       equality.py SCX_COSIM OUT random FIRST COUNT     generated ones: hardware latencies, policies, tasks, stimuli by seed

Compared: how it ended, after how many cycles, boots and ops, and the hash of all events (among them every interrupt,
tick, watchdog bark and bite with its cycle, so a counter that a skip leaves behind shows at its next event).
"""
import json
import pathlib
import random
import subprocess
import sys

MODES = {"skip": [], "plain": ["--no-skip"]}


def run(cosim, out, mode, scenario, arguments):
    folder = out / mode
    subprocess.run([cosim, "run", scenario, "--quiet", "--out", folder, *MODES.get(mode, []), *arguments],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    results = {}
    for file in sorted(folder.glob("*/*/result.json")):
        result = json.loads(file.read_text())
        results[file.parent.relative_to(folder).as_posix()] = result
        for heavy in file.parent.glob("*.fst"):
            heavy.unlink()
    return results


def identity(result):
    return {"outcome": result["outcome"], "ending": result["ending"], "cycles": result["cycles"],
            "ops": result["speed"]["ops"], "events": result["hash"]["events"]}


def compare(name, runs):
    """Problems found; all runs of one scenario against the first."""
    problems = []
    modes = list(runs)
    reference = runs[modes[0]]
    if not reference:
        return [f"{name}: no results"]
    for mode in modes[1:]:
        if reference.keys() != runs[mode].keys():
            problems.append(f"{name}: {mode} has other variants")
            continue
        for variant, result in reference.items():
            if result["outcome"] in ("internal_error", "hung", "interrupted"):
                problems.append(f"{variant}: {modes[0]} ended as {result['outcome']}")
            if identity(result) != identity(runs[mode][variant]):
                problems.append(f"{variant}: {modes[0]} {identity(result)} but {mode} {identity(runs[mode][variant])}")
    return problems


def shipped(cosim, out, names):
    folder = pathlib.Path(__file__).parent.parent.parent / "configs" / "scenarios"
    names = names or sorted(file.stem for file in folder.glob("*.yaml") if not file.stem.endswith("_full"))
    for name in names:
        runs = {mode: run(cosim, out, mode, name, ["--set", "waves=none"]) for mode in MODES}
        runs["waves"] = run(cosim, out, "waves", name, [])
        yield name, compare(name, runs), sum(r["cycles"] - r["speed"]["clocks"] for r in runs["skip"].values())


def generated(seed):
    """A scenario of a few ms, as YAML (JSON is YAML)."""
    draw = random.Random(seed)
    harts = draw.choice([1, 2, 4])
    policy = draw.choice(["qmap", "qmap", "simple", "central", "stale_pops", None])
    options = {}
    if policy == "qmap":
        options = {"slice_us": draw.randint(50, 2000), "dsp_inf_loop_after": draw.choice([0, 0, 20, 60]),
                   "direct_dispatch": draw.random() < 0.5, "dsp_batch": draw.randint(1, 4)}
    tasks = []
    for index in range(draw.randint(1, 5)):
        low, sleep = draw.randint(1, 300), draw.randint(5, 600)
        program = [{"run_us": [low, low + draw.randint(0, 100)]}]
        if draw.random() < 0.8:
            program.append({"sleep_us": [sleep, sleep + draw.randint(0, 200)]})
        task = {"name": f"t{index}", "count": draw.randint(1, 4), "program": program, "start_us": [0, draw.randint(1, 900)]}
        if draw.random() < 0.2:
            task.update({"class": "fifo", "prio": draw.randint(1, 90), "count": 1})
            task["program"] = [{"run_us": draw.randint(1, 20)}, {"sleep_us": draw.randint(200, 900)}]
        tasks.append(task)
    scenario = {
        "name": f"random_{seed}",
        "question": "Is skipping exact?",
        "hardware": {"base": f"mc{harts}", "mem_latency": draw.randint(0, 40), "ipi_latency": draw.randint(0, 200),
                     "interrupt_entry_latency": draw.randint(0, 60), "timer_prescale": draw.choice([0, 0, 1, 9])},
        "kernel": {"hz": draw.choice([100, 250, 1000]), "preempt": draw.choice(["voluntary", "full"]),
                   "breakout": {"limit": draw.choice([0, 8, 32, 32, 32]), "retry": draw.choice(["kick", "kick", "resched_curr", "none"])},
                   "hw_watchdog": {"enable": draw.random() < 0.7, "bark_ms": draw.randint(1, 3), "bite_ms": draw.randint(4, 5),
                                   "route": draw.choice(["nmi", "plic", "msip"])}},
        "tasks": tasks,
        "run": {"seed": seed, "until_ms": draw.randint(3, 8)},
        "waves": "none",
        "expect": [{"ending": "running"}],
    }
    if policy:
        scenario["scheduler"] = {"name": policy, "options": options}
    if draw.random() < 0.3:
        scenario["stimuli"] = [{"at": {"us": draw.randint(500, 3000)}, "press": draw.choice(["sysrq-s", "sysrq-d"])}]
    return scenario


def drawn(cosim, out, first, count):
    out.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + count):
        scenario = generated(seed)
        file = out / f"{scenario['name']}.yaml"
        file.write_text(json.dumps(scenario))
        runs = {mode: run(cosim, out, mode, file, []) for mode in MODES}
        runs = {mode: {key: value for key, value in results.items() if key.startswith(scenario["name"] + "/")}
                for mode, results in runs.items()}
        if seed % 8 == 0:
            runs["waves"] = {key: value for key, value in run(
                cosim, out, "waves", file, ["--set", "waves={from: 100000, to: 130000}"]).items()
                if key.startswith(scenario["name"] + "/")}
        problems = compare(scenario["name"], runs)
        yield scenario["name"], problems, sum(r["cycles"] - r["speed"]["clocks"] for r in runs["skip"].values())


def main():
    cosim, out, kind = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    if kind == "random":
        cases = drawn(cosim, out, int(sys.argv[4]), int(sys.argv[5]))
    else:
        cases = shipped(cosim, out, sys.argv[4:])
    total, skipped, bad = 0, 0, []
    for name, problems, cycles in cases:
        total += 1
        skipped += cycles
        bad += problems
        print(f"{name}: {'DIFFERS' if problems else 'equal'}, {cycles} cycles skipped", flush=True)
    for problem in bad:
        print(problem)
    print(f"{total} scenarios, {len(bad)} differences, {skipped} cycles skipped")
    if total == 0 or skipped == 0:
        print("nothing was compared or nothing was skipped")
        sys.exit(1)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
