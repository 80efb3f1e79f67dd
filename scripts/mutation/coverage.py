# SPDX-License-Identifier: Apache-2.0
"""Which lines each test case executes: a mutant need only be shown to the cases that get to it."""
import concurrent.futures
import pathlib
import re
import shutil

from case_store import CaseStore, keys_of
from code_lines import lines_after_marks
from project import SetupError, demand
from run_tests import execute

RECORDER = pathlib.Path(__file__).resolve().parent / "record_pcs.cpp"
# Each function keeps code of its own. Of DWARF 5, addr2line up to 2.40 takes headers for the file that includes them.
FLAGS = ["-O1", "-g1", "-gdwarf-4", "-fno-inline", "-fno-ssa-phiopt", "-fsanitize-coverage=trace-pc", "-Wno-error"]
CPU_SECONDS = 600   # for a case
MARKED = re.compile(rb"[^\0]")


class Coverage:
    def __init__(self, project, tests, log):
        self.project = project
        self.log = log
        self.folder = project.folder / "recorded"
        self.replaced = None     # object -> the recording one, once there is one
        self.lines_of = {}       # program -> the lines behind each mark of it
        self.lines = {}          # Case -> {path: lines as bits}, None: not known
        store = CaseStore(project.folder / "executed.json")
        for name in project.part.tests:
            keys = keys_of(project, name, tests.cases(name))
            values = store.values(name, keys, lambda missing, name=name: self._record(name, missing))
            self.lines |= {case: None if value is None else {path: int(bits, 16) for path, bits in value.items()}
                           for case, value in values.items()}

    def cases(self, mutant):
        """{Case: does it execute the mutant's line} of those that may notice it; None: any may. The innermost block around the
        mutant that some case enters decides: code of a block may be merged into what is around it."""
        for first, last in reversed(mutant.blocks):
            block = (2 << last) - (1 << first)
            reached = {case: lines[mutant.path] & block for case, lines in self.lines.items()
                       if lines is not None and lines.get(mutant.path, 0) & block}
            if reached:
                return self._with_nearest(mutant.line, reached) | {case: False for case, lines in self.lines.items() if lines is None}
        return {} if mutant.blocks else None

    @staticmethod
    def _with_nearest(line, reached):
        """A line in the middle of straight code is not marked: the one before it is."""
        union = 0
        for lines in reached.values():
            union |= lines
        nearest = (union & ((2 << line) - 1)).bit_length() - 1
        return {case: nearest >= 0 and bool(lines >> nearest & 1) for case, lines in reached.items()}

    def _record(self, name, cases):
        """{Case: {path: lines as hexadecimal bits}}"""
        self.log(f"recording what {len(cases)} cases of {name} execute")
        program = self.folder / name
        if name not in self.lines_of:
            self._link(name, program)
            self.lines_of[name] = lines_after_marks(self.project, program)
        places = {case: self._places(program, case) for case in cases}
        return {case: None if found is None else self._as_bits(self.lines_of[name], found) for case, found in places.items()}

    def _link(self, name, program):
        if self.replaced is None:
            self.replaced = self._compile()
        recorder = self.folder / "record_pcs.o"
        demand(["c++", "-std=c++20", "-O2", "-c", RECORDER, "-o", recorder])
        linked = self.project.link(name, self.replaced, program, recorder)
        if linked.returncode != 0:
            raise SetupError(linked.stdout)

    def _compile(self):
        """The objects of libraries anew, as the tests' own stay as they are."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        objects = {old: str(self.folder / f"{number}.o") for number, old in enumerate(sorted(self.project.members))}

        def compile_one(old):
            demand(self.project.compile_words(old, objects[old], FLAGS), cwd=self.project.build)

        with concurrent.futures.ThreadPoolExecutor(self.project.jobs) as pool:
            list(pool.map(compile_one, objects))
        return objects

    def _places(self, program, case):
        """Marks that it reaches, as offsets of the code behind them; None: the case does not end well in this build."""
        marks = self.folder / "marks"
        shutil.rmtree(marks, ignore_errors=True)
        marks.mkdir()
        ending = execute([program, f"--gtest_filter={case.name}"], self.folder / "run", CPU_SECONDS, SCX_RECORD_PCS=str(marks))
        if ending.status != 0:
            return None
        return {match.start() for match in MARKED.finditer((marks / program.name).read_bytes())}

    @staticmethod
    def _as_bits(lines, places):
        bits = {}
        for place in places:
            for path, line in lines[place]:
                bits[path] = bits.get(path, 0) | 1 << line
        return {path: f"{value:x}" for path, value in bits.items()}
