# SPDX-License-Identifier: Apache-2.0
"""Which lines each test case executes: a mutant need only be shown to the cases that get to it."""
import concurrent.futures
import pathlib
import re
import shutil

from case_store import CaseStore, keys_of
from project import demand
from run_tests import execute

RECORDER = pathlib.Path(__file__).resolve().parent / "record_pcs.cpp"
# Each line keeps code of its own that marks that it runs.
FLAGS = ["-O1", "-g1", "-fno-inline", "-fno-ssa-phiopt", "-fsanitize-coverage=trace-pc", "-Wno-error"]
CPU_SECONDS = 600   # for a case
MARKED = re.compile(rb"[^\0]")


class Coverage:
    def __init__(self, project, tests, log):
        self.project = project
        self.log = log
        self.folder = project.folder / "recorded"
        self.replaced = None     # object -> the recording one, once there is one
        self.lines = {}          # Case -> {path: lines as bits}, None: not known
        store = CaseStore(project.folder / "coverage.json")
        for name in project.part.tests:
            keys = keys_of(project, name, tests.cases(name))
            values = store.values(name, keys, lambda missing, name=name: self._record(name, missing))
            self.lines |= {case: value and {path: int(bits, 16) for path, bits in value.items()} for case, value in values.items()}

    def cases(self, mutant):
        """{Case: does it execute the mutant's line} of those that may notice it; None: any may. The innermost block around the
        mutant that some case enters decides: code of a block may be merged into what is around it."""
        for first, last in reversed(mutant.blocks):
            block = (2 << last) - (1 << first)
            reached = {case: lines[mutant.path] & block for case, lines in self.lines.items()
                       if lines and lines.get(mutant.path, 0) & block}
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
        if self.replaced is None:
            self.replaced = self._compile()
        program = self.folder / name
        recorder = self.folder / "record_pcs.o"
        demand(["c++", "-std=c++20", "-O2", "-c", RECORDER, "-o", recorder])
        linked = self.project.link(name, self.replaced, program, recorder)
        if linked.returncode != 0:
            self.log(linked.stdout)
            return {case: None for case in cases}
        places = {case: self._places(program, case) for case in cases}
        lines = self._lines_of(program, sorted(set().union(*(found for found in places.values() if found))))
        return {case: found and self._as_bits(lines, found) for case, found in places.items()}

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
        """Offsets into the program; None: the case does not end well in this build."""
        marks = self.folder / "marks"
        shutil.rmtree(marks, ignore_errors=True)
        marks.mkdir()
        ending = execute([program, f"--gtest_filter={case.name}"], self.folder / "run", CPU_SECONDS, SCX_RECORD_PCS=str(marks))
        if ending.status != 0:
            return None
        return {match.start() for match in MARKED.finditer((marks / program.name).read_bytes())}

    def _lines_of(self, program, places):
        """{offset: [(path, line), ...]}: more than one where a function was inlined."""
        wanted = "".join(f"{place - 1:#x}\n" for place in places)     # within the call that marked, not behind it
        text = demand(["addr2line", "-i", "-a", "-e", program], input=wanted)
        found, current = {}, None
        top = str(self.project.tree) + "/"
        for line in text.splitlines():
            if line.startswith("0x"):
                current = found.setdefault(int(line, 16) + 1, [])
                continue
            path, _, number = line.split(" ")[0].rpartition(":")
            path = self.project.absolute(path)
            if path.startswith(top) and number.isdigit():
                current.append((path.removeprefix(top), int(number)))
        return found

    @staticmethod
    def _as_bits(lines, places):
        bits = {}
        for place in places:
            for path, line in lines[place]:
                bits[path] = bits.get(path, 0) | 1 << line
        return {path: f"{value:x}" for path, value in bits.items()}
