#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`explain` on runs of the product: each mistake of the scenario `mistakes`, the looping stall and the lock inversion are named rightly, and
proven by taking the cause away. What --json prints is what the published schema says.

usage: explain_runs.py SCX-COSIM SCHEMA FOLDER
"""
import json
import pathlib
import shutil
import subprocess
import sys

import jsonschema

# Run, further arguments, verdict, what is changed in the proof (None: nothing can be).
EXPECTED = [
    ("looping_stall/no_breakout", [], "dispatch_loop", "the policy simple"),
    ("looping_stall/kick", [], "dispatch_loop", "the policy simple"),
    ("lock_inversion/vtime", [], "priority_inversion", "hog0, hog1, hog2 asleep"),
    ("mistakes/forgotten_dsq", [], "task_lost", "the policy simple"),
    ("mistakes/held", [], "task_lost", "the policy simple"),
    ("mistakes/kick_storm", [], "kick_storm", "the policy simple"),
    ("mistakes/circular_kick_wait", [], "circular_kick_wait", "kernel.kick_wait = ignored"),
    ("mistakes/slow_enqueue", [], "interrupts_off", "the policy simple"),
    ("mistakes/no_kick", [], "no_kick", "the policy simple"),
    ("mistakes/late_ipi", ["--task", "sleeper"], "late_ipi", "hardware.ipi_latency = 0"),
    ("mistakes/rt_hog", [], "rt_hog", "hog asleep"),
    ("mistakes/cpu_hog", [], "cpu_hog", "hog asleep"),
    ("mistakes/lost_wakeup", ["--task", "sleeper"], "not_woken", None),
    ("mistakes/none", [], "nothing_wrong", None),
]
DEFAULT_TOKENS = 2000


def main():
    program, schema, folder = pathlib.Path(sys.argv[1]).resolve(), json.loads(pathlib.Path(sys.argv[2]).read_text()), pathlib.Path(sys.argv[3])
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([program, "run", "mistakes", "looping_stall", "lock_inversion", "--quiet", "--no-report", "--set", "waves=none"], cwd=folder, check=True)
    wrong = []
    for run, arguments, verdict, changed in EXPECTED:
        prove = ["--prove"] if changed else []
        done = subprocess.run([program, "explain", f"runs/{run}", "--json", *prove, *arguments], cwd=folder, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        wrong += [f"{run}: {error.json_path}: {error.message}" for error in validator.iter_errors(found)]
        if len(json.dumps(found)) / 4 > DEFAULT_TOKENS:  # about four characters each
            wrong.append(f"{run}: {len(json.dumps(found))} characters")
        if found["verdict"]["class"] != verdict:
            wrong.append(f"{run}: {found['verdict']}")
        if sum(found["cycles_by_root"].values()) != found["wait"]["cycles"]:
            wrong.append(f"{run}: the ledger does not add up")
        if "unknown" in found["cycles_by_root"]:
            wrong.append(f"{run}: {found['cycles_by_root']['unknown']} cycles are unknown")
        proof = found.get("proof")
        if changed and (proof["finding"] != "proven" or changed not in proof["changed"]):
            wrong.append(f"{run}: {proof}")
        if changed and proof["after"] == 0:  # then it was not compared with anything
            wrong.append(f"{run}: nothing to compare with: {proof}")
    print("\n".join(wrong) or "all as expected")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
