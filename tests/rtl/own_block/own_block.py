# SPDX-License-Identifier: Apache-2.0
"""A copy of the tree with the worked example of docs/rtl/your-own-block.md in it."""
import os
import pathlib
import shutil
import subprocess

EXAMPLE = pathlib.Path("docs/rtl/examples/alarm")
PLACES = {"soc_alarm.v": "rtl/platform", "alarm.h": "firmware/kernel/drivers", "alarm.cpp": "firmware/kernel/drivers"}


def copy_with_example(sources, tree):
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(sources, tree, ignore=shutil.ignore_patterns("build", "runs", ".git", "__pycache__"))
    for file, folder in PLACES.items():
        shutil.copy(tree / EXAMPLE / file, tree / folder)
    # Below a repository git would apply nothing here, and say so to nobody.
    alone = dict(os.environ, GIT_CEILING_DIRECTORIES=str(tree.parent.resolve()))
    subprocess.run(["git", "apply", "--whitespace=nowarn", EXAMPLE / "alarm.patch"], cwd=tree, env=alone, check=True)


def replace(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1, f"{file} does not hold once: {old}"
    file.write_text(text.replace(old, new))
