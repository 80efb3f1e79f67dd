#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/lint_headers and .clang-tidy on small files: what they take, and what they must find."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
WHOLE = "#pragma once\n#include <string>\ninline std::string text() { return {}; }\n"
NEEDY = "#pragma once\ninline std::string text() { return {}; }\n"


def lint_headers(files):
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        for name, text in files.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(text)
        subprocess.run(["git", "init", "-q", tree], check=True)
        done = subprocess.run([sys.executable, TREE / "scripts/lint_headers", "--tree", tree], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def clang_tidy(text):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "file.cpp"
        file.write_text(text)
        done = subprocess.run(["clang-tidy-14", f"--config-file={TREE / '.clang-tidy'}", "--quiet", file, "--", "-std=c++20"],
                              capture_output=True, text=True)
        return done.returncode, done.stdout


class HeadersTest(unittest.TestCase):
    def test_a_header_that_includes_what_it_uses_passes(self):
        self.assertEqual(lint_headers({"low/whole.h": WHOLE}), (0, "1 headers compiled alone, 0 cannot\n"))

    def test_one_that_does_not_is_named(self):
        status, said = lint_headers({"low/needy.h": NEEDY, "low/whole.h": WHOLE,
                                     "low/other.cpp": '#include <string>\n#include "low/needy.h"\n'})
        self.assertEqual(status, 1)
        self.assertIn("low/needy.h does not compile alone", said)

    def test_the_build_proves_those_that_a_source_includes_first(self):
        self.assertEqual(lint_headers({"low/needy.h": NEEDY, "low/needy.cpp": '#include "low/needy.h"\n'})[0], 0)


class ClangTidyTest(unittest.TestCase):
    def test_sound_code_passes(self):
        self.assertEqual(clang_tidy("int twice(int value) { return 2 * value; }\n"), (0, ""))

    def test_random_numbers_of_the_host_are_found(self):
        status, said = clang_tidy("#include <cstdlib>\nint draw() { return std::rand(); }\n")
        self.assertEqual(status, 1)
        self.assertIn("cert-msc50-cpp", said)

    def test_a_use_after_a_move_is_found(self):
        status, said = clang_tidy("#include <string>\n#include <utility>\n"
                                  "std::size_t f(std::string a) { std::string b = std::move(a); return a.size() + b.size(); }\n")
        self.assertEqual(status, 1)
        self.assertIn("bugprone-use-after-move", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
