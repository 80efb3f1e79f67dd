#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every diff of docs/worked-commits.md applies to the tree as it is.

usage: worked_commits.py ROOT
"""
import pathlib
import re
import subprocess
import sys

DIFF = re.compile(r"^```diff\n(.*?)^```$", re.M | re.S)


def main():
    root = pathlib.Path(sys.argv[1])
    diffs = DIFF.findall((root / "docs/worked-commits.md").read_text())
    wrong = []
    for diff in diffs:
        done = subprocess.run(["git", "apply", "--check", "-"], cwd=root, input=diff, capture_output=True, text=True)
        if done.returncode:
            wrong.append(done.stderr)
    if not diffs:
        wrong.append("the page has no diff")
    print(f"{len(diffs)} diffs, {len(wrong)} do not apply")
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
