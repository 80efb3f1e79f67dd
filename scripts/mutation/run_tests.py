# SPDX-License-Identifier: Apache-2.0
"""Runs GoogleTest programs case by case, each in a process of its own as CTest does, until one fails; time, memory and files are
bounded."""
import dataclasses
import json
import math
import os
import pathlib
import resource
import shutil
import signal
import subprocess

from case_store import CaseStore, keys_of
from project import SetupError

MEMORY = 8 << 30          # bytes of addresses: a case that asks for more has run away
FILE = 1 << 30            # bytes of a file it writes
CPU_BASE = 5              # seconds that each case may compute at least,
CPU_FACTOR = 10           # and so many times what it takes on the unchanged tree
WALL_FACTOR = 20          # of its CPU time: the machine may be busy with other things


@dataclasses.dataclass(frozen=True)
class Case:
    program: str    # name of the test program
    name: str       # Suite.Case
    source: str     # the file that it is written in


@dataclasses.dataclass
class Ending:
    status: int
    seconds: float  # of computing

    def text(self):
        if self.status >= 0:
            return f"exit status {self.status}"
        return "hangs" if -self.status in (signal.SIGXCPU, signal.SIGKILL) else signal.Signals(-self.status).name


def execute(words, cwd, cpu_seconds, **environment):
    """Runs a program with nothing to read and nobody who reads its output."""
    def limit():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))

    shutil.rmtree(cwd, ignore_errors=True)
    os.makedirs(cwd)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=limit, env=dict(os.environ, TMPDIR=str(cwd), **environment))
    try:
        process.wait(timeout=WALL_FACTOR * cpu_seconds)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)   # what it started, too
    except ProcessLookupError:
        pass
    process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Ending(process.returncode, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def list_cases(project, name):
    listing = pathlib.Path(project.folder, "scratch", name + ".json")
    listing.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([project.program(name), "--gtest_list_tests", f"--gtest_output=json:{listing}"], stdout=subprocess.DEVNULL, check=True)
    return [Case(name, f"{suite['name']}.{case['name']}", project.absolute(case["file"]))
            for suite in json.loads(listing.read_text())["testsuites"] for case in suite["testsuite"]
            if "DISABLED_" not in suite["name"] + case["name"]]


def words_of(path):
    return {word.rstrip("s") for word in pathlib.Path(path).stem.split("_")} - {"test", "soc"}


class Tests:
    """All cases of a part, and what each takes on the unchanged tree."""

    def __init__(self, project, log):
        self.project = project
        self.seconds = {}        # Case -> of computing
        self.kills = {}          # (path, Case) -> how many mutants of that file it has noticed
        store = CaseStore(project.folder / "baseline.json")
        for name in project.part.tests:
            keys = keys_of(project, name, list_cases(project, name))
            self.seconds |= store.values(name, keys, lambda missing, name=name: self._measure(name, missing, log))

    def cases(self, name):
        return [case for case in self.seconds if case.program == name]

    def _measure(self, name, cases, log):
        log(f"running {len(cases)} cases of {name} on the unchanged tree")
        seconds, failed = {}, []
        for case in cases:
            words = [self.project.program(name), f"--gtest_filter={case.name}"]
            ending = execute(words, self.project.folder / "scratch" / "run", 300)
            seconds[case] = ending.seconds
            if ending.status != 0:
                failed.append(f"{case.name}: {ending.text()}")
        if failed:
            raise SetupError("tests fail on the unchanged tree:\n  " + "\n  ".join(failed))
        return seconds

    def in_order(self, name, path, reach=None):
        """The cases of a program, or those in `reach`: first those that execute the very line; then those that noticed mutants of
        this file before, those from a file with a like name, the others; the short ones first."""
        like = words_of(path)
        cases = [case for case in self.cases(name) if reach is None or case in reach]
        return sorted(cases, key=lambda case: (not (reach and reach[case]), -self.kills.get((path, case), 0),
                                               not like & words_of(case.source), self.seconds[case], case.name))

    def first_failure(self, name, program, path, scratch, reach=None):
        """(Case, Ending) of the first case that fails; None."""
        for case in self.in_order(name, path, reach):
            limit = CPU_BASE + math.ceil(CPU_FACTOR * self.seconds[case])
            ending = execute([program, f"--gtest_filter={case.name}"], scratch, limit)
            if ending.status != 0:
                self.kills[path, case] = self.kills.get((path, case), 0) + 1
                return case, ending
        return None
