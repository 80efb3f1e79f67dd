#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`compare` on runs of the product: what it prints as JSON is what the published schema says, and a later interrupt moves every event
but not the first different decision.

usage: compare_runs.py SCX-COSIM SCHEMA FOLDER
"""
import json
import pathlib
import shutil
import subprocess
import sys

import jsonschema


def main():
    program, schema, folder = pathlib.Path(sys.argv[1]).resolve(), json.loads(pathlib.Path(sys.argv[2]).read_text()), pathlib.Path(sys.argv[3])
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def run(out, *options):
        subprocess.run([program, "run", "--quiet", "--no-report", "--out", out, *options], cwd=folder, check=True)

    def compare(a, b, code):
        done = subprocess.run([program, "compare", a, b, "--json"], cwd=folder, capture_output=True, text=True)
        assert done.returncode == code, f"{a} {b}: exit code {done.returncode}\n{done.stderr}"
        found = json.loads(done.stdout)
        for error in validator.iter_errors(found):
            sys.exit(f"{a} {b}: {error.json_path}: {error.message}")
        return found

    run("runs", "healthy_qmap")
    run("later", "healthy_qmap", "--set", "hardware.ipi_latency=6")
    run("seed", "healthy_qmap", "--seed", "2")
    run("stall", "looping_stall", "--variant", "kick", "--variant", "no_breakout")

    base = "runs/healthy_qmap/base"
    same = compare(base, base, 0)
    assert same["same"] and same["decision"] is None and not same["metrics"]

    later = compare(base, "later/healthy_qmap/base", 15)
    assert [change["key"] for change in later["inputs"] if not change["watches"]] == ["hardware.ipi_latency"]
    assert later["event"]["cycle"] < 10_000, "the first IPI comes early"
    assert later["decision"] is None or later["decision"]["cycle"] > 100_000, "it decides nothing for long"

    seed = compare(base, "seed/healthy_qmap/base", 15)
    assert seed["equal_events"] > 100 and seed["decision"]["cycle"] >= seed["event"]["cycle"]

    stall = compare("stall/looping_stall/kick", "stall/looping_stall/no_breakout", 15)
    assert "breakout limit=32" in stall["event"]["a"]["after"][0]["event"]
    assert stall["b"]["ending"] == "hw_watchdog_reset"
    assert {"kind": "irqs_off"}.items() <= stall["warnings"]["b"][0].items()
    print("as the schema says")


if __name__ == "__main__":
    main()
