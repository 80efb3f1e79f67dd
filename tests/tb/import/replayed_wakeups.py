#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A run of the product is exported, imported as a scenario and run again under the same policy on the same machine: tasks must be
woken in the same order, from the second wakeup of each on and over the stated window. So through the text of ftrace, through trace.dat, and through the text that
trace-cmd makes of it.

usage: replayed_wakeups.py SCX-COSIM FOLDER-OF-EXAMPLES WORK-DIR
"""
import pathlib
import re
import shutil
import subprocess
import sys

# Scenario, its policy, tasks that are compared, wakeups of theirs that must be the same: the window.
EXAMPLES = [
    ("chain.yaml", None, {"source", "middle", "drain", "beat"}, 60),
    ("crowd.yaml", "{name: simple, options: {fifo: on}}", {"source", "left", "right", "join", "beat"}, 100),
]


def call(*words, cwd):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def wakeups(program, run, comms, cwd):
    """Cycle and name of each wakeup of these tasks."""
    text = call(program, "events", run, "--filter", "event=sched_wakeup", cwd=cwd)
    found = re.findall(r"^\s*(\d+) .* comm=(\S+) target_cpu=", text, re.MULTILINE)
    return [(int(cycle), comm) for cycle, comm in found if comm in comms]


def without_first(comms, skip):
    """Of each task without its first ones: so many as skip says."""
    left, order = dict(skip), []
    for comm in comms:
        if left[comm] > 0:
            left[comm] -= 1
        else:
            order.append(comm)
    return order


def recorded_order(program, run, comms, cwd):
    return without_first([comm for _, comm in wakeups(program, run, comms, cwd)], dict.fromkeys(comms, 1))


def replayed_order(program, run, comms, cwd):
    """From the barrier on, at which the time of the trace begins. It wakes all but the last one to come."""
    text = call(program, "events", run, "--filter", "event=user_barrier", cwd=cwd)
    opened, last = re.findall(r"^\s*(\d+) .* comm=(\S+) barrier=", text, re.MULTILINE)[-1]
    after = [comm for cycle, comm in wakeups(program, run, comms, cwd) if cycle > int(opened)]
    return without_first(after, {comm: 1 if comm == last else 2 for comm in comms})


def main():
    program, examples, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    failures = []
    for scenario, policy, comms, window in EXAMPLES:
        name = pathlib.Path(scenario).stem
        call(program, "run", examples / scenario, "--quiet", "--no-report", cwd=work)
        call(program, "export", f"runs/{name}/base", "--ftrace", f"{name}.ftrace", "--trace-dat", f"{name}.dat", cwd=work)
        inputs = [f"{name}.ftrace"]
        if shutil.which("trace-cmd"):
            inputs.append(f"{name}.dat")
            (work / f"{name}.report").write_text(call("trace-cmd", "report", "-t", "-l", "-i", f"{name}.dat", cwd=work))
            inputs.append(f"{name}.report")
        recorded = recorded_order(program, f"runs/{name}/base", comms, work)
        if len(recorded) < window:
            failures.append(f"{name}: {len(recorded)} wakeups are recorded, {window} are to be compared")
        for source in inputs:
            imported = source.replace(".", "_") + ".yaml"
            call(program, "import", "trace", source, "-o", imported, cwd=work)
            call(program, "check", imported, cwd=work)
            text = (work / imported).read_text().replace(f"name: {name}\n", f"name: {imported[:-5]}\n", 1)
            (work / imported).write_text(text)
            same_policy = ["--set", f"scheduler={policy}"] if policy else []
            call(program, "run", imported, *same_policy, "--quiet", "--no-report", cwd=work)
            replayed = replayed_order(program, f"runs/{imported[:-5]}/base", comms, work)
            same = next((i for i, pair in enumerate(zip(recorded, replayed)) if pair[0] != pair[1]), min(len(recorded), len(replayed)))
            print(f"{source}: {len(recorded)} wakeups recorded, {len(replayed)} replayed, the first {same} the same")
            if same < window:
                failures.append(f"{source}: recorded {recorded[:same + 3]}\n replayed {replayed[:same + 3]}")
    sys.exit("\n".join(failures) if failures else 0)


if __name__ == "__main__":
    main()
