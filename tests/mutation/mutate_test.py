#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/mutate reads every source, picks the same mutants each time, and finds what a weak test leaves alive."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURE = pathlib.Path(__file__).resolve().parent / "fixture"
sys.path.insert(0, str(ROOT / "scripts/mutation"))

import parts  # noqa: E402
import run_tests  # noqa: E402
from cpp_operators import Cpp  # noqa: E402
from mutant import Equivalents, in_order  # noqa: E402
from parts import PARTS, Part, mutants_of, sources_of  # noqa: E402
from project import Project  # noqa: E402
from session import Session  # noqa: E402
from source import Source  # noqa: E402
from verilog_operators import Verilog  # noqa: E402


def changes(text, operators=Cpp):
    return {mutant.change for mutant in operators(Source("x", text, operators is Verilog)).mutants()}


class Cplusplus(unittest.TestCase):
    def test_relations(self):
        self.assertLessEqual({"`<` -> `<=`", "`<` -> `>=`"}, changes("bool f(int a) { return a < 4; }"))
        self.assertLessEqual({"`==` -> `!=`", "`4` -> `5`", "`4` -> `3`"}, changes("bool f(int a) { return a == 4; }"))

    def test_conditions(self):
        found = changes("void f(bool a, bool b) { if (a && b) g(); }")
        self.assertLessEqual({"`&&` -> `||`", "`a` -> `true`", "`b` -> `true`", "if `a && b` -> if not", "if `a && b` -> always",
                              "if `a && b` -> never", "lost `g();`"}, found)

    def test_flags(self):
        self.assertLessEqual({"`kA |` -> ``", "`| kB` -> ``", "`|` -> `&`"}, changes("int f() { return kA | kB; }"))
        self.assertIn("`enq_flags` -> `0`", changes("void f(int enq_flags) { g(1, enq_flags); }"))

    def test_branches(self):
        self.assertIn("`2 : 3` -> `3 : 2`", changes("int f(bool a) { return a ? 2 : 3; }"))
        self.assertIn("`!a` -> `a`", changes("bool f(bool a) { return !a; }"))
        self.assertIn("`-EINVAL` -> `EINVAL`".replace("EINVAL` ->", "EINVAL` ->"), changes("int f() { return -EINVAL; }"))

    def test_what_is_no_code_stays(self):
        for text in ("// a < b", '#define X a < b', "static_assert(4 < 5);", "enum class A { kOne = 1 };", "#include <a>",
                     "std::vector<int> a;", "int& f(Type&& a, Other* b);", "void f() { cover(1); }", "[[nodiscard]] int f();"):
            self.assertEqual(changes(text), set(), text)

    def test_declarations_are_no_statements(self):
        lost = {change for change in changes("struct A { int f(); }; void g() { Guard guard(lock); auto a = b(); a.c(1); x = y; }")
                if change.startswith("lost")}
        self.assertEqual(lost, {"lost `a.c(1);`", "lost `x = y;`"})

    def test_a_condition_of_marks_stays(self):
        for text in ("if (a < 4) cover(1);", "if (a) { cover(1); charge(2); }", "if (a) cover(1); else cover(2);",
                     "if (a) if (b < 3) cover(1);"):
            self.assertEqual(changes("void f() { " + text + " }"), set(), text)
        for text in ("if (a < 4) { cover(1); g(); }", "if (a < 4) cover(1); else g();", "if (a < 4) {}"):
            self.assertIn("`<` -> `<=`", changes("void f() { " + text + " }"), text)

    def test_blocks(self):
        def blocks(text):
            return {mutant.change: list(map(tuple, mutant.blocks)) for mutant in Cpp(Source("x", text, False)).mutants()}

        found = blocks("int f(int a) {\n  if (a == 3) {\n    g(4);\n  }\n  return 5;\n}\nint b = 6;\n")
        self.assertEqual(found["`3` -> `2`"], [(2, 5)])
        self.assertEqual(found["`4` -> `5`"], [(2, 5), (3, 3)])
        self.assertEqual(found["`6` -> `7`"], [])
        self.assertEqual(blocks("constexpr int f(int a) {\n  return a + 1;\n}\n")["`1` -> `2`"], [])    # the compiler may run it
        found = blocks("int f(int a) {\n  switch (a) {\n    case 3:\n      return 2;\n  }\n}\n")
        self.assertEqual(found["`3` -> `4`"], [(2, 5)])                                         # what was no case may be one

    def test_a_break_at_the_end_of_a_switch_is_nothing_to_lose(self):
        switch = "void f() { for (;;) { switch (a) { case 1: b(); break; case 2: c(); break; default: break; } if (c) { break; } } }"
        source = Source("x", switch, False)
        lost = [mutant.start for mutant in Cpp(source).mutants() if mutant.change.startswith("lost `break;`")]
        self.assertEqual(lost, [switch.index("break; case 2"), switch.index("break; } } }")])

    def test_lines_stay(self):
        source = Source("x", "void f() {\n  g(1,\n    2);\n  h();\n}\n", False)
        for mutant in Cpp(source).mutants():
            self.assertEqual(mutant.apply(source.text).count("\n"), source.text.count("\n"), mutant)


class VerilogSources(unittest.TestCase):
    def test_an_assignment_is_no_comparison(self):
        found = changes("module m; always @(posedge clk) a <= b; assign c = d <= e; endmodule", Verilog)
        self.assertEqual(found, {"lost `a <= b;`", "`<=` -> `<`", "`<=` -> `>`"})

    def test_constants_keep_their_width(self):
        self.assertLessEqual({"`2'd3` -> `2'd0`", "`2'd3` -> `2'd2`"}, changes("module m; assign a = b + 2'd3; endmodule", Verilog))

    def test_ports_and_widths_stay(self):
        self.assertEqual(changes("module m #(parameter N = 4) (input wire [N-1:0] a); wire [3:0] b; endmodule", Verilog), set())

    def test_which_code_a_state_has_is_a_choice(self):
        self.assertEqual(changes("module m; localparam [1:0] IDLE = 2'd0, WAIT = 2'd1; endmodule", Verilog), set())
        self.assertIn("`2'd1` -> `2'd2`", changes("module m; localparam [1:0] ONE = 2'd1; endmodule", Verilog))


class EveryPart(unittest.TestCase):
    def test_sources_are_read_and_mutated(self):
        for name, part in PARTS.items():
            paths = sources_of(part, ROOT)
            self.assertGreater(len(paths), 4, name)
            self.assertGreater(sum(len(mutants_of(path, ROOT)) for path in paths), 400, name)

    def test_the_known_equivalent_ones_are_there(self):
        equivalents = Equivalents(ROOT / "tests/mutation/equivalent.txt")
        paths = sorted({path for part in PARTS.values() for path in sources_of(part, ROOT)})
        mutants = [mutant for path in paths for mutant in mutants_of(path, ROOT)]
        self.assertEqual(equivalents.stale(mutants, {key[0] for key in equivalents.entries}), [])

    def test_one_seed_one_list(self):
        def listing(seed):
            return subprocess.run([ROOT / "scripts/mutate", "kernel/ext", "--list", "--count", "50", "--seed", seed], check=True,
                                  stdout=subprocess.PIPE, text=True).stdout

        self.assertEqual(listing("1"), listing("1"))
        self.assertNotEqual(listing("1"), listing("2"))
        self.assertEqual(len(listing("1").splitlines()), 50)

    def test_an_edit_elsewhere_leaves_the_order(self):
        def names(text):
            return [mutant.change for mutant in in_order(Cpp(Source("x", text, False)).mutants(), 1)]

        body = "void f() {\n  a = b + 1;\n  if (c) g();\n  h(2);\n}\n"
        self.assertEqual(names(body), names("// more\n\n" + body))


class Commands(unittest.TestCase):
    def test_neither_ccache_nor_precompiled_headers(self):
        for launcher in ("", "/usr/bin/ccache ", "/usr/bin/cmake -E env CCACHE_SLOPPINESS=time_macros /usr/bin/ccache "):
            with self.subTest(launcher), tempfile.TemporaryDirectory() as folder:
                project = Project(FIXTURE, folder, Part((), ()), 1)
                project.build.mkdir(parents=True)
                command = f"{launcher}/usr/bin/c++ -O3 -include /x/cmake_pch.hxx -include own.h -o a.o -c /x/a.cpp"
                (project.build / "compile_commands.json").write_text(json.dumps([{"command": command, "file": "/x/a.cpp"}]))
                project.read_commands()
                self.assertEqual(project.commands, {project.absolute("a.o"): (
                    "/x/a.cpp", ["/usr/bin/c++", "-O3", "-include", "own.h", "-o", "a.o", "-c", "/x/a.cpp"])})
                self.assertEqual(" ".join(project.ccache), launcher.strip())


class KnownOnes(unittest.TestCase):
    ENTRY = "file: src/clamp.cpp\nline: if (value > high) return high;\nchange: `>` -> `>=`\nwhy: both\n  are high\n"

    def of(self, text):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            return Equivalents(file.name)

    def test_matched_by_text(self):
        known = self.of("# all\n\n" + self.ENTRY)
        mutants = mutants_of("src/clamp.cpp", FIXTURE)
        self.assertEqual([known.reason(mutant) for mutant in mutants if known.reason(mutant)], ["both are high"])
        self.assertEqual(known.stale(mutants, {"src/clamp.cpp"}), [])

    def test_stale(self):
        known = self.of(self.ENTRY.replace("high;", "low;"))
        self.assertEqual(len(known.stale(mutants_of("src/clamp.cpp", FIXTURE), {"src/clamp.cpp"})), 1)

    def test_an_entry_says_why(self):
        self.assertRaisesRegex(ValueError, "without 'why'", self.of, self.ENTRY.split("why")[0])


class Fixture(unittest.TestCase):
    """The whole way, on a project of three files."""

    def test_the_survivors_of_a_weak_test(self):
        part = Part(sources=("src/*.cpp", "src/*.h"), tests=("clamp_test",), coverage=True)
        mutants = in_order([m for path in sources_of(part, FIXTURE) for m in mutants_of(path, FIXTURE)], 1)
        run_tests.CPU_BASE = 1      # seconds for one that hangs
        with tempfile.TemporaryDirectory() as folder:
            outcomes = []
            for jobs in (1, 2):
                with Session(FIXTURE, folder, part, jobs, lambda text: None) as session:
                    results = list(session.results(mutants, len(mutants), Equivalents("/nowhere")))
                outcomes.append({result.mutant.change: result.outcome for result in results if "clamp" in result.mutant.path})
                runs = session.coverage.cases
        found, again = outcomes
        self.assertEqual(found, again)
        self.assertEqual(found["if `value > high` -> never"], "survived")       # nothing above is tried
        self.assertEqual(found["if `value > high` -> always"], "killed")
        self.assertEqual(found["while `value < low` -> never"], "killed")
        self.assertEqual(found["`++` -> `--`"], "killed")                         # after 2^31 steps or for ever
        self.assertEqual(found["`+=` -> `-=`"], "same")                           # nobody reads steps
        self.assertEqual({r.how for r in results if r.mutant.line_text == "return b - a;"}, {"no case runs it"})
        inside = next(m for m in mutants if m.line_text == "++value;")
        self.assertEqual({case.name: near for case, near in runs(inside).items()}, {"ClampTest.Low": True})
        header = next(m for m in mutants if m.line_text == "return span.last - span.first;")
        self.assertEqual({case.name: near for case, near in runs(header).items()}, {"ClampTest.Around": True})
        of_header = {r.mutant.change: r.outcome for r in results if "return low + high;" in r.mutant.line_text}
        self.assertEqual(of_header, {"`+` -> `-`": "killed"})                     # in the test's own object
        self.assertEqual(found["`100` -> `101`"], "survived")
        self.assertEqual({r.outcome for r in results if "unused" in r.mutant.path}, {"same"})  # linked into no test


if __name__ == "__main__":
    unittest.main()
