#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a scenario with waves, opens its save file in GTKWave under a virtual display and compares what was really loaded
with what the save file lists: GTKWave drops a name it cannot find without a word. Then opens a save file with one name
misspelt, which must be noticed.

usage: gtkwave_loads_all.py SCX_COSIM SCENARIO VARIANT WORK_DIR
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

SCRIPT = """set out [open "{out}" w]
foreach name [gtkwave::getDisplayedSignals] {{ puts $out $name }}
close $out
gtkwave::/File/Quit
"""


def loaded_signals(run_dir, save_file):
    out = run_dir / "loaded.txt"
    script = run_dir / "list.tcl"
    script.write_text(SCRIPT.format(out=out))
    subprocess.run(["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", "gtkwave", str(run_dir / "waves.fst"),
                    str(save_file), "-S", str(script)],
                   check=True, timeout=100, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out.read_text().split()


def listed_signals(save_file):
    return re.findall(r"^\+\{[^}]*\} (\S+)$", save_file.read_text(), re.M)


EVENT_OF = {"loop start": "balance_enter", "breakout": "breakout", "kick": "kick", "irq_work taken": "irq_work_run",
            "fresh balance": "balance_enter", "bark": "hw_watchdog_bark", "sysrq": "sysrq", "watchdog miss": "watchdog_miss",
            "error": "scx_error", "bypass": "bypass", "disabled": "scx_disable"}
# What the windows of these runs must show, in this order; a moment that only some runs have may be missing.
WANTED = {("looping_stall", "kick"): ["loop start", "breakout", "kick", "irq_work taken", "fresh balance"],
          ("looping_stall", "no_breakout"): ["bark"],
          ("recovery", "kick"): ["error", "bypass", "disabled"]}
OPTIONAL = ["watchdog miss"]


def check_cycles(cosim, run_dir, moments):
    """Each marker stands where the event log has that event."""
    for name, cycle in moments:
        event = EVENT_OF[name]
        log = subprocess.run([cosim, "events", str(run_dir), "--json", "--filter", f"event={event}"], check=True,
                             capture_output=True, text=True).stdout
        assert f'"cycle":{cycle},' in log.replace(" ", ""), f"{name}: no {event} at cycle {cycle}"


def main():
    cosim, scenario, variant, work = sys.argv[1:5]
    out = pathlib.Path(work).resolve()
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([cosim, "run", scenario, "--variant", variant, "--out", str(out), "--quiet"], check=True)
    run_dir = next(out.rglob("waves.gtkw")).parent

    save_file = run_dir / "waves.gtkw"
    listed = listed_signals(save_file)
    assert len(listed) > 20, f"only {len(listed)} signals listed"
    loaded = loaded_signals(run_dir, save_file)
    assert loaded == listed, f"not loaded: {sorted(set(listed) - set(loaded))}"

    moments = re.findall(r"^-[A-Z]: (.+) @(\d+)$", save_file.read_text(), re.M)
    found = [name for name, _ in moments if name not in OPTIONAL]
    assert found == WANTED[scenario, variant], f"moments: {moments}"
    check_cycles(cosim, run_dir, moments)

    broken = run_dir / "broken.gtkw"
    broken.write_text(save_file.read_text().replace(listed[0], "TOP.no.such.signal", 1))
    assert loaded_signals(run_dir, broken) != listed_signals(broken), "a misspelt name went unnoticed"

    result = json.loads((run_dir / "result.json").read_text())
    print(f"{len(loaded)} signals loaded, {len(moments)} moments, outcome {result['outcome']}")


if __name__ == "__main__":
    main()
