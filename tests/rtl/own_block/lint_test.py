#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The worked example still fits the tree: its patch applies, and the SoC with it lints as that of the repository does.

usage: lint_test.py SOURCES SCRATCH
"""
import pathlib
import shutil
import subprocess
import sys

from own_block import copy_with_example


def main():
    sources, scratch = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    copy_with_example(sources, scratch)
    checked = subprocess.run([scratch / "scripts" / "rtl_hash", "--check"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert checked.returncode != 0 and "is not the shipped one" in checked.stdout, "a block of one's own is the shipped RTL"
    subprocess.run([scratch / "scripts" / "lint_rtl", "soc_alarm"], check=True)
    generated = scratch / "generated"
    subprocess.run([sys.executable, scratch / "scripts" / "gen_registers.py", scratch / "rtl" / "registers.yaml", generated], check=True)
    for harts in (1, 4):
        subprocess.run(["verilator", "--lint-only", "-Wall", "--default-language", "1364-2005", f"-I{scratch / 'rtl' / 'include'}",
                        f"-I{generated}", "--top-module", "soc", f"-GNUM_HARTS={harts}", *sorted(scratch.glob("rtl/**/*.v"))], check=True)
    subprocess.run([sys.executable, scratch / "scripts" / "gen_events.py", scratch / "firmware" / "kernel" / "trace" / "events.yaml", generated],
                   check=True)
    for source in ("drivers/alarm.cpp", "irq/external.cpp"):
        subprocess.run(["c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", scratch, "-I", generated,
                        scratch / "firmware" / "kernel" / source], check=True)
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
