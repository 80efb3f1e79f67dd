#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A build tree with one model: the first run that needs another hart count builds its model, once.

usage: models_on_demand.py SOURCES SCRATCH SCX_COSIM     SCX_COSIM: a program that has models of 1, 2 and 4 harts in it
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

SCENARIO = """
name: asked
question: Does the machine run?
hardware: { base: mc4, harts: 1 }
scheduler: { name: simple }
tasks: [ { name: worker, count: 9, cpus: each, program: [ { run_us: 50 }, { sleep_us: 100 } ] } ]
run: { until_ms: 3 }
waves: { from: 250000, to: 251000 }
expect: [ { ending: running }, { eventually: sched_switch, hart: 0 } ]
"""


def start(cosim, scratch, harts, out):
    return subprocess.Popen([cosim, "run", scratch / "asked.yaml", "--out", scratch / out, "--set", f"hardware.harts={harts}"],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process, code=0):
    out, err = process.communicate()
    assert process.returncode == code, f"exit code {process.returncode}\n{out}{err}"
    return err


def events_hash(folder):
    return json.loads((folder / "asked" / "base" / "result.json").read_text())["hash"]["events"]


def main():
    sources, scratch, whole = map(pathlib.Path, sys.argv[1:])
    shutil.rmtree(scratch, ignore_errors=True)
    build = scratch / "build"
    scratch.mkdir(parents=True)
    (scratch / "asked.yaml").write_text(SCENARIO)
    subprocess.run(["cmake", "-S", sources, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSCX_HART_COUNTS=1",
                    "--log-level=WARNING"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", build, "--target", "scx-cosim", "model_modules"], check=True, stdout=subprocess.DEVNULL)
    cosim = build / "scx-cosim"
    program = cosim.read_bytes()

    assert finish(start(cosim, scratch, 1, "one")) == ""

    # Two ask for the same at once, and one for another.
    asking = [start(cosim, scratch, harts, f"at_once{index}") for index, harts in enumerate((2, 2, 4))]
    for process in asking:
        err = finish(process)
        assert re.search(r"building the model with [24] harts, once \.\.\.\nscx-cosim: built in \d+\.\d s\n", err), err
    assert events_hash(scratch / "at_once0") == events_hash(scratch / "at_once1") != events_hash(scratch / "at_once2")

    # They stay, the program is the same, and so is what the models do as those that are part of a program.
    for index, harts in ((0, 2), (2, 4)):
        assert finish(start(cosim, scratch, harts, "again")) == ""
        finish(start(whole, scratch, harts, "whole"))
        assert events_hash(scratch / "again") == events_hash(scratch / "whole") == events_hash(scratch / f"at_once{index}")
    assert cosim.read_bytes() == program
    assert "hart counts\n  1, 2, 4\n" in subprocess.run([cosim, "list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert not list(build.glob("*.log"))

    # A build that was killed half-way leaves a folder that the next one removes.
    half_way = next((build / "models").glob("*")) / "h2.12345"
    half_way.mkdir()

    # Where there is none any more, one is built anew.
    (half_way.parent / "h2.so").unlink()
    err = finish(start(cosim, scratch, 2, "half_way"))
    assert "built in" in err and not half_way.exists(), err
    shutil.rmtree(build / "models")
    err = finish(start(cosim, scratch, 2, "anew"))
    assert "built in" in err, err
    assert events_hash(scratch / "anew") == events_hash(scratch / "at_once0")

    # More than one watchdog guards, more than one word holds.
    err = finish(start(cosim, scratch, 33, "many"))
    assert "built in" in err, err
    events = subprocess.run([cosim, "events", scratch / "many" / "asked" / "base", "--filter", "event=tick,hart=32"],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    assert events, "hart 32 has no tick"

    # Without the means there is the command, and nothing has run.
    (build / "models.json").rename(build / "elsewhere.json")
    err = finish(start(cosim, scratch, 3, "none"), code=2)
    assert re.search(r"hardware\.harts: no model with 3 harts is built; built: 2, 33\. Build it, once: \S*build_model \S* 3 --key ", err), err
    assert "has gone" in err, err
    assert not (scratch / "none").exists()
    print(f"built in {scratch}: 2, 4 and 33 harts")
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
