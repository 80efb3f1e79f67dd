#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every export of a run, read by a reader of its format, gives the main metrics of the run's result.json: of each task its time on
the CPU, its switches and its longest wait, and the number of IPIs. Every export holds every event.

usage: recompute.py SCX_COSIM ROOT WORK_DIR
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys

import perfetto_decoder
import trace_readers

RUNS = [  # scenario, variant, overrides: a loop that breaks out; a reset; tasks that are stopped, continued and killed
    ("looping_stall", "kick", ["run.until_us=8000"]),
    ("looping_stall", "no_breakout", ["run.until_us=17000"]),
    ("signals", "base", []),
]


class Metrics:
    """What tb/monitor/tasks.cpp computes, from the events of an export."""

    def __init__(self):
        self.run, self.switches = collections.Counter(), collections.Counter()
        self.wait, self.ipis, self.events = {}, 0, 0
        self.tasks = {}  # pid -> [comm, state, since]

    def count(self, pid, ns):
        comm, state, since = self.tasks[pid]
        if state == "running":
            self.run[comm] += ns - since
        elif state == "woken":
            self.wait[comm] = max(self.wait.get(comm, 0), ns - since)

    def cut(self, ns):
        for pid in self.tasks:
            self.count(pid, ns)
        self.tasks = {}

    def task(self, pid, comm):
        task = self.tasks.setdefault(pid, [comm, "asleep", 0])
        task[0] = comm
        return task

    def add(self, ns, kind, fields):
        self.events += 1
        if kind == "switch":
            prev, prev_comm, runnable, following, next_comm = fields
            if prev:
                self.task(prev, prev_comm)
                self.count(prev, ns)
                self.switches[prev_comm] += 1
                self.tasks[prev] = [prev_comm, "preempted" if runnable else "asleep", ns]
            if following:
                self.task(following, next_comm)
                self.count(following, ns)
                self.tasks[following] = [next_comm, "running", ns]
        elif kind == "wakeup":
            task = self.task(*fields)
            if task[1] == "asleep":
                task[1:] = ["woken", ns]
        elif kind == "new":
            self.tasks.pop(fields[0], None)
        elif kind == "ipi":
            self.ipis += 1
        elif kind == "reset":
            self.cut(ns)


def differences(found, result):
    ns = lambda cycles: cycles * 1000 // result["config"]["hardware"]["clock_mhz"]
    pairs = [("ipis", found.ipis, result["metrics"]["ipis"]["total"])]
    for name, task in result["metrics"]["tasks"].items():
        pairs += [(f"{name}: time on the CPU", found.run[name], ns(task["run_cycles"])),
                  (f"{name}: switches", found.switches[name], sum(task["switches"].values())),
                  (f"{name}: longest wait", found.wait.get(name), task["wait"]["max"] and ns(task["wait"]["max"]))]
    pairs = [(what, have or 0, want or 0) for what, have, want in pairs]
    return [f"{what}: {have}, result.json has {want}" for what, have, want in pairs if have != want]


def perfetto_differences(path, result):
    """The lanes say the same as the tables, and each flow leads from a raise or a wakeup to what it caused."""
    trace = perfetto_decoder.Trace(path.read_bytes())
    ns = lambda cycles: cycles * 1000 // result["config"]["hardware"]["clock_mhz"]
    wrong = []
    on_cpu = collections.Counter()
    for each in trace.slices:
        if each.lane == "task":
            on_cpu[each.name] += each.end - each.ns
    for name, task in result["metrics"]["tasks"].items():
        if on_cpu[name] != ns(task["run_cycles"]):
            wrong.append(f"{name}: slices of {on_cpu[name]} ns, result.json has {ns(task['run_cycles'])}")
    metrics = result["metrics"]
    for lane, cycles in (("balance", metrics["balance_cycles"]["total"]), ("interrupts off", metrics["irq_off_cycles"]["sum"]),
                         ("WFI", metrics["asleep_cycles"]["total"])):
        found = sum(each.end - each.ns for each in trace.slices if each.lane == lane and each.name != "dispatch loop")
        if found != ns(cycles):
            wrong.append(f"{lane}: slices of {found} ns, result.json has {ns(cycles)}")
    begins = {flow: event for event in trace.instants for flow in event.flows}
    ended = collections.Counter()
    for event in trace.slices:
        for flow in event.terminating:
            ended[event.name if event.lane == "interrupts" else "task"] += 1
            begin = begins.pop(flow)
            fits = (begin.name, event.lane) in (("ipi_raise", "interrupts"), ("sched_wakeup", "task"))
            if not fits or begin.ns > event.ns or (begin.name == "ipi_raise" and begin.fields["target_cpu"] != event.hart):
                wrong.append(f"a flow from {begin} to {event}")
    if not ended["software"] or not ended["task"]:
        wrong.append("no flows")
    return wrong


def check(program, run, work):
    result = json.loads((run / "result.json").read_text())
    outputs = {name: work / name for name in trace_readers.READERS}
    subprocess.run([program, "export", run, *[word for name, path in outputs.items() for word in (f"--{name}", path)]], check=True,
                   stdout=subprocess.DEVNULL)
    wrong = []
    for name, path in outputs.items():
        found = Metrics()
        for event in trace_readers.READERS[name](path):
            found.add(*event)
        found.cut(result["cycles"] * 1000 // result["config"]["hardware"]["clock_mhz"])
        wrong += [f"{name}: {text}" for text in differences(found, result)]
        if name != "perfetto" and found.events != result["events"]:
            wrong.append(f"{name}: {found.events} events of {result['run']['events']}")
    wrong += [f"perfetto: {text}" for text in perfetto_differences(outputs["perfetto"], result)]
    # With the plugins of libtraceevent, trace-cmd prints the events of Linux its own way: "comm:pid [prio] S ==> ...".
    if not any("sched_switch:" in line and "] S ==> " in line for line in trace_readers.output("trace-cmd", "report", str(outputs["trace-dat"]))):
        wrong.append("trace-cmd's plugin does not know sched_switch")
    return wrong


def main():
    program, root, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    failed = False
    for scenario, variant, sets in RUNS:
        command = [program, "run", root / f"configs/scenarios/{scenario}.yaml", "--variant", variant, "--out", work, "--no-report", "--set", "waves=none"]
        subprocess.run(command + [word for each in sets for word in ("--set", each)], check=False, capture_output=True)
        exports = work / f"{scenario}-{variant}"
        exports.mkdir()
        for text in check(program, work / scenario / variant, exports):
            failed = True
            print(f"{scenario}/{variant}: {text}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
