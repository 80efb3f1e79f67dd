#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each broken scenario must end with exit code 2, its place and every `# expect:` text on standard error, as many errors as
`# errors: N` says (one if it says nothing: an error has no echo), nothing on standard output, nothing written, and the results
of an earlier run left as they were.

usage: check_bad.py SCX-COSIM FOLDER FILES_MIN
"""
import pathlib
import re
import subprocess
import sys
import tempfile


def problems(binary, scenario):
    expected = re.findall(r"^# expect: (.*)$", scenario.read_text(), re.MULTILINE)
    if not expected:
        yield "the file says nothing to expect"
    with tempfile.TemporaryDirectory() as work:
        earlier = pathlib.Path(work) / "runs" / "broken" / "base" / "result.json"
        earlier.parent.mkdir(parents=True)
        earlier.write_text("of an earlier run")
        run = subprocess.run([binary, "run", scenario, "--out", "runs"], cwd=work, capture_output=True, text=True, timeout=20)
        kept = earlier.is_file() and earlier.read_text() == "of an earlier run"
        written = [str(path) for path in pathlib.Path(work).rglob("*") if path.is_file() and path != earlier]
    errors = re.findall(r"^scx-cosim: (?!warning: )", run.stderr, re.MULTILINE)
    number = re.search(r"^# errors: (\d+)$", scenario.read_text(), re.MULTILINE)
    if len(errors) != (int(number[1]) if number else 1):
        yield f"{len(errors)} errors:\n{run.stderr}"
    if run.returncode != 2:
        yield f"exit code {run.returncode}, expected 2"
    if written:
        yield f"written: {written}"
    if not kept:
        yield "the results of an earlier run are gone"
    if run.stdout:
        yield f"on standard output: {run.stdout}"
    for text in [str(scenario), *expected]:
        if text not in run.stderr:
            yield f"missing in the message: {text}\n    message: {run.stderr.strip()}"


def main():
    binary, folder, files_min = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    scenarios = sorted(folder.glob("*.yaml"))
    failures = [f"{scenario.name}: {problem}" for scenario in scenarios for problem in problems(binary, scenario)]
    if len(scenarios) < files_min:
        failures.append(f"only {len(scenarios)} files in {folder}")
    print(f"{len(scenarios)} broken scenarios, {len(failures)} problems")
    sys.exit("\n".join(failures) if failures else 0)


if __name__ == "__main__":
    main()
