#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A load of rt-app, imported, passes `check` and runs: each task does what the load says. Bad input ends with exit code 2 and its
place, and leaves what is there as it was.

usage: imported_loads.py SCX-COSIM FOLDER-OF-EXAMPLES WORK-DIR
"""
import json
import pathlib
import shutil
import subprocess
import sys


def main():
    program, examples, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    failures = []

    def call(*words):
        return subprocess.run([program, *words], cwd=work, capture_output=True, text=True, timeout=120)

    def expect(holds, what):
        if not holds:
            failures.append(what)

    done = call("import", "rt-app", examples / "player.json", "--scheduler", "simple", "-o", "player.yaml")
    expect(done.returncode == 0, f"import: {done.returncode}: {done.stderr}")
    expect(done.stdout == "player.yaml: 7 tasks; 6 remarks on what was not carried over\n", f"import says: {done.stdout}")
    printed = call("import", "rt-app", examples / "player.json", "--scheduler", "simple")
    expect(printed.stdout == (work / "player.yaml").read_text(), "printed and written text differ")
    expect(call("check", "player.yaml").returncode == 0, "check refuses what was made")
    done = call("run", "player.yaml", "--set", "run.until_us=200000", "--quiet", "--no-report")
    expect(done.returncode == 0, f"run: {done.returncode}: {done.stdout}{done.stderr}")
    tasks = json.loads((work / "runs/player/base/result.json").read_text())["metrics"]["tasks"]
    # 16 ms a period, and the first one is begun only: 11 or 12 in what 200 ms leave after the boot.
    periods = tasks["decoder_thread"]["periods"]
    expect(11 <= periods["count"] <= 12 and periods["missed"] == 0, f"the decoder: {periods}")
    # Each worker: 4 rounds of 500 and 700 us, and then it ends.
    for worker in ("worker0", "worker1", "worker2"):
        expect(480_000 <= tasks[worker]["run_cycles"] <= 500_000, f"{worker}: {tasks[worker]['run_cycles']} cycles")
    # One helper for each of the two rounds of control, 2500 us each.
    expect(tasks["helper"]["tasks"] == 2, f"helpers: {tasks['helper']['tasks']}")
    # The renderer has 500 us of work a frame, and a frame for each period but the first, which nobody may wait for yet.
    expect(11 * 50_000 <= tasks["renderer"]["run_cycles"] <= 14 * 60_000, f"the renderer: {tasks['renderer']['run_cycles']} cycles")

    (work / "bad.json").write_text('{ "tasks" : {\n "t" : { "rum" : 5 } } }\n')
    (work / "kept.yaml").write_text("kept")
    for words, says in [
        (("rt-app", "bad.json", "-o", "kept.yaml"), "bad.json:2:10: tasks.t: expected a property or an event, got \"rum\"; did you mean 'run'?"),
        (("rt-app", "none.json"), "none.json: cannot be read: No such file or directory"),
        (("rt-app", examples / "player.json", "--scheduler", "simpel"), "did you mean 'simple'?"),
        (("trace", "bad.json"), "bad.json: expected lines of sched_switch"),
        (("trace", "."), ".: cannot be read"),
        (("rtapp", "bad.json"), "rt-app"),
    ]:
        done = call("import", *words)
        expect(done.returncode == 2 and says in done.stderr and done.stdout == "", f"import {words}: {done.returncode}: {done.stdout}{done.stderr}")
    expect((work / "kept.yaml").read_text() == "kept", "a file was replaced by what could not be made")
    (work / "bad.dat").write_bytes(b"\x17\x08\x44tracing6\0 and no more")
    done = call("import", "trace", "bad.dat")
    expect(done.returncode == 2 and "bad.dat" in done.stderr, f"a broken trace.dat: {done.returncode}: {done.stderr}")
    sys.exit("\n".join(failures) if failures else 0)


if __name__ == "__main__":
    main()
