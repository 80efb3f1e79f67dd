# SPDX-License-Identifier: Apache-2.0
"""Tries mutants one after the other: builds each, runs the tests that it is part of, keeps the score."""
import concurrent.futures
import contextlib
import dataclasses
import fcntl
import itertools
import os
import shutil
import threading

from compile_cpp import BUILT, REFUSED, CppBuild
from compile_rtl import RtlBuild
from coverage import Coverage
from mutant import Mutant
from project import Project
from run_tests import Tests, execute

KILLED, SURVIVED, KNOWN = "killed", "survived", "equivalent"
COUNTED = (KILLED, SURVIVED)
CHECK_SECONDS = 300   # of computing, for a CTest entry


@dataclasses.dataclass
class Result:
    mutant: Mutant
    outcome: str        # killed, survived, equivalent, same, refused
    by: str = ""        # the case that noticed it
    how: str = ""


class Session:
    def __init__(self, origin, folder, part, jobs, log):
        self.log = log
        self.jobs = jobs
        self.project = Project(origin, folder, part, jobs)
        self._lock()
        log("building the unchanged tree")
        self.project.prepare()
        self.tests = Tests(self.project, log)
        self.coverage = Coverage(self.project, self.tests, log) if part.coverage else None
        self.in_place = threading.Lock()   # whoever holds it may replace the helpers
        builder = RtlBuild if part.rtl else CppBuild
        self.free = [builder(self.project, self._job(number)) for number in range(jobs)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lock.close()

    def _lock(self):
        """Parts share a folder."""
        self.project.folder.mkdir(parents=True, exist_ok=True)
        self.lock = open(self.project.folder / "lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.log(f"waiting for another one that uses {self.project.folder}")
            fcntl.flock(self.lock, fcntl.LOCK_EX)

    def _job(self, number):
        job = self.project.folder / f"job{number}"
        shutil.rmtree(job, ignore_errors=True)
        job.mkdir(parents=True)
        return job

    def results(self, mutants, count, equivalents):
        """Results in the order of the mutants until `count` of them count, whatever the number of jobs."""
        counted = 0
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            source = iter(mutants)
            ahead = 1 if self.jobs == 1 else 3 * self.jobs    # a slow one does not hold up the others
            pending = [pool.submit(self._try, mutant, equivalents) for mutant in itertools.islice(source, ahead)]
            while pending and counted < count:
                result = pending.pop(0).result()
                counted += result.outcome in COUNTED
                pending += [pool.submit(self._try, mutant, equivalents) for mutant in itertools.islice(source, 1)]
                yield result
            for future in pending:
                future.cancel()

    def _try(self, mutant, equivalents):
        if equivalents.reason(mutant):
            return Result(mutant, KNOWN)
        builder = self.free.pop()
        try:
            return self._judge(mutant, builder)
        finally:
            self.free.append(builder)

    def _judge(self, mutant, builder):
        text = (self.project.tree / mutant.path).read_text()
        outcome, builds = builder.build(mutant, text)
        if outcome != BUILT:
            return Result(mutant, outcome)
        for replaced in builds:
            result = self._run_in_place(mutant, builder, replaced) if replaced else Result(mutant, REFUSED)
            if result.outcome != SURVIVED:
                break
        return result

    def _run_in_place(self, mutant, builder, replaced):
        if not self.project.part.helpers:
            return self._run(mutant, builder, replaced)
        with self.in_place, self._helpers(builder, replaced):
            return self._run(mutant, builder, replaced)

    def _run(self, mutant, builder, replaced):
        reach = self._reach(mutant, replaced)
        if reach is not None and not reach:
            return Result(mutant, SURVIVED, how="no case runs it")
        for name in self.project.part.tests:
            if not self.project.links[name][1] & replaced.keys():
                continue
            if reach is not None and not any(case.program == name for case in reach):
                continue
            program = builder.job / name
            if self.project.link(name, replaced, program).returncode != 0:
                return Result(mutant, REFUSED)
            failure = self.tests.first_failure(name, program, mutant.path, builder.job / "run", reach)
            if failure:
                return Result(mutant, KILLED, failure[0].name, failure[1].text())
        for check in self.project.part.checks:
            words = ["ctest", "--test-dir", str(self.project.build), "-R", f"^{check}$", "--no-tests=error"]
            ending = execute(words, builder.job / "run", CHECK_SECONDS)
            if ending.status != 0:
                return Result(mutant, KILLED, check, ending.text())
        return Result(mutant, SURVIVED)

    def _reach(self, mutant, replaced):
        """The cases that may notice it: those that execute it in a library, as recorded, and all of the files that it is part of;
        None: any may."""
        if not self.coverage:
            return None
        own = {self.project.commands[old][0] for old in replaced if old not in self.project.members}
        if not own or not mutant.inside:
            return self.coverage.cases(mutant)
        cases = {case: False for case in self.coverage.lines if case.source in own}
        return cases if own == {case.source for case in cases} else None

    @contextlib.contextmanager
    def _helpers(self, builder, replaced):
        """The mutant's helpers in the place where tests look for them."""
        changed = [name for name in self.project.part.helpers if self.project.links[name][1] & replaced.keys()]
        for name in changed:
            program = self.project.program(name)
            shutil.copy2(program, builder.job / (name + ".unchanged"))
            self.project.link(name, replaced, builder.job / name)
            os.replace(builder.job / name, program)
        try:
            yield
        finally:
            for name in changed:
                os.replace(builder.job / (name + ".unchanged"), self.project.program(name))
