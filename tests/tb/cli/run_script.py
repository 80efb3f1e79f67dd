#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./run reads and writes where its caller is: from its own folder, from another one, through a symbolic link.

usage: run_script.py SCX-COSIM RUN-SCRIPT SCENARIO
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def clone(root, binary, script):
    """A folder in which all is built and nothing is missing."""
    root.mkdir()
    shutil.copy(script, root / "run")
    tools = root / "tools"
    for path, text in [(root / "scripts/install_deps", "true"), (tools / "cmake", 'test -f "$PWD/run"')]:
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    (root / "build/release").mkdir(parents=True)
    (root / "build/release/build.ninja").touch()
    (root / "build/release/scx-cosim").symlink_to(binary)
    return {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}


def main():
    binary, script, scenario = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        root = work / "a clone"
        environment = clone(root, binary, script)
        (work / "link").symlink_to(root / "run")
        for called, folder in [("./run", root), (str(root / "run"), work / "mine"), ("../a clone/run", work / "yours"),
                               ("../link", work / "others")]:
            folder.mkdir(exist_ok=True)
            shutil.copy(scenario, folder / "my.yaml")
            command = [called, "my.yaml", "--variant", "kick"]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
            if done.returncode != 0:
                problems.append(f"{called} in {folder.name}: exit code {done.returncode}\n{done.stderr}")
            if not (folder / "runs/stall/kick/result.json").is_file():
                problems.append(f"{called} in {folder.name}: no results there")
            own = [line for line in done.stdout.splitlines() if " wave runs/stall/kick" in line]
            if not own or (folder == root) != (" build/release/scx-cosim wave" in own[0]):
                problems.append(f"{called} in {folder.name}: prints {own}")
            shutil.rmtree(folder / "runs", ignore_errors=True)
            if (root / "runs").exists():
                problems.append(f"{called} in {folder.name}: wrote into the clone")
    sys.exit("\n".join(problems) or 0)


if __name__ == "__main__":
    main()
