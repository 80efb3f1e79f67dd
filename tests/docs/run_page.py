#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does what a page says, block by block, in a folder that looks like a clone after ./run.

usage: run_page.py PAGE ROOT SCX_COSIM WORK_DIR [--update]

```sh         run, all blocks of a page in one shell; must succeed, unless marked `exits N`
```yaml       read by `scx-cosim check`; with a first line `# name.yaml` also kept under that name for the commands that follow
```text       after commands: lines of their output, from the first that matches on; `...` stands for any number of lines. With
              `figures about` figures above 64 may be off by a third, with `figures vary` figures do not matter.
anything else is left alone.
A mark is an HTML comment right above the block: `<!-- exits 10 -->`, `<!-- part of a file -->` (YAML that is no whole scenario),
`<!-- not run: REASON -->`. --update renews the figures of the text blocks.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

import markdown

RUN = """#!/bin/sh
exec {program} run "$@"
"""
NUMBER = re.compile(r"\d+(?:\.\d+)?")
EXACT_UP_TO = 64  # counts below that are what a page is about


class Shell:
    """One shell for a page, so that what a block exports is there for the next."""

    END = "@@end "

    def __init__(self, folder):
        path = f"{folder / 'build/release'}:{os.environ['PATH']}"
        self.process = subprocess.Popen(["bash", "--norc"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=os.environ | {"PATH": path})

    def run(self, text):
        """(status of the first command that failed, or 0; lines of output)"""
        self.process.stdin.write(f"failed=0; trap 'status=$?; [ $failed != 0 ] || failed=$status' ERR\n{text}\ntrap - ERR; "
                                 f"echo; echo '{self.END}'$failed\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.startswith(self.END):
                return int(line[len(self.END):]), lines
            lines.append(line.rstrip())
        raise SystemExit("the shell has ended:\n" + "\n".join(lines))


def make_clone(work, root, program):
    shutil.rmtree(work, ignore_errors=True)
    (work / "build/release").mkdir(parents=True)
    (work / "build/release/scx-cosim").symlink_to(program)
    for name in ("configs", "docs", "firmware", "rtl", "scripts", "tests"):
        (work / name).symlink_to(root / name)
    (work / "run").write_text(RUN.format(program=program))
    (work / "run").chmod(0o755)


def same(wanted, got, figures):
    """Whether a line is as the page has it. Where figures may differ, so may the columns' widths."""
    if figures is None:
        return wanted == got
    if NUMBER.sub("0", " ".join(wanted.split())) != NUMBER.sub("0", " ".join(got.split())):
        return False
    if figures == "vary":
        return True
    pairs = zip(map(float, NUMBER.findall(wanted)), map(float, NUMBER.findall(got)))
    return all(ours == theirs or (ours > EXACT_UP_TO and 2 / 3 <= theirs / ours <= 1.5) for ours, theirs in pairs)


def place(wanted, got, figures):
    """([(index in wanted, index in got)] of the lines that match in their order, the first that does not or None)"""
    at, jump, pairs = 0, True, []
    for index, line in enumerate(wanted):
        if line.strip() == "...":
            jump = True
            continue
        found = next((i for i in range(at, len(got)) if same(line.rstrip(), got[i], figures)), None)
        if found is None or (not jump and found != at):
            return pairs, line
        pairs.append((index, found))
        at, jump = found + 1, False
    return pairs, None


class Runner:
    def __init__(self, page, work, program, update):
        self.page, self.work, self.program, self.update = page, work, program, update
        self.shell = Shell(work)
        self.output = []

    def fail(self, block, what):
        sys.exit(f"{self.page.path}:{block.line}: {what}")

    def yaml(self, block):
        if block.mark("part of a file") is not None:
            return
        name = block.file_name() or f"line{block.line}.yaml"
        (self.work / name).write_text(block.text)
        result = subprocess.run([self.program, "check", name], cwd=self.work, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            self.fail(block, f"scx-cosim check says\n{result.stdout}{result.stderr}")

    def sh(self, block):
        wanted = int(block.mark("exits") or 0)
        status, self.output = self.shell.run(block.text)
        if status != wanted:
            self.fail(block, f"ended with {status}, not {wanted}\n{block.text}" + "\n".join(self.output))

    def text(self, block):
        pairs, missing = place(block.lines, self.output, block.mark("figures"))
        if missing is not None and self.update:
            pairs, missing = place(block.lines, self.output, "vary")
        if missing is not None:
            self.fail(block, f"the output has no line\n{missing}\nin its place; it is\n" + "\n".join(self.output) +
                      "\nIf that is right, change the page; figures are renewed by --update.")
        if self.update:
            for index, found in pairs:
                block.lines[index] = self.output[found]

    def run(self):
        """The number of blocks it did."""
        done = 0
        for block in self.page.blocks:
            if block.mark("not run") is None and block.language in ("sh", "yaml", "text"):
                getattr(self, block.language)(block)
                done += 1
        return done

    def write(self):
        lines = self.page.path.read_text().splitlines()
        for block in self.page.blocks:
            lines[block.line:block.line + len(block.lines)] = block.lines
        self.page.path.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    root, program, work = args.root.resolve(), args.program.resolve(), args.work.resolve()
    make_clone(work, root, program)
    runner = Runner(markdown.Page(args.page), work, program, args.update)
    done = runner.run()
    if args.update:
        runner.write()
    print(f"{args.page.name}: {done} blocks do what they say")


if __name__ == "__main__":
    main()
