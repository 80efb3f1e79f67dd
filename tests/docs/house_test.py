#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/house on small trees: what it permits, and what it must find."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

HOUSE = pathlib.Path(__file__).resolve().parents[2] / "scripts/house"
ROWS = {"low": "", "high": "low"}


def look(files, rows=None):
    """Status and all that scripts/house says of a tree with these files."""
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        table = "".join(f"| {folder} | {may} |\n" for folder, may in (rows or ROWS).items())
        page = "# Page\n<!-- arrows -->\n\n| folder | may include |\n| --- | --- |\n" + table + "\n<!-- end -->\n"
        for name, text in {**files, "docs/architecture.md": page}.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(text)
        subprocess.run(["git", "init", "-q", tree], check=True)
        done = subprocess.run([sys.executable, HOUSE, "--tree", tree], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


UP = '#include "high/h.h"\n'
DOWN = '#include "low/l.h"\n'


class HouseTest(unittest.TestCase):
    def test_permitted_arrows_are_counted(self):
        self.assertEqual(look({"low/l.h": "", "high/h.cpp": DOWN, "high/deep/d.cpp": DOWN}), (0, "high -> low: 2\n"))

    def test_an_include_upwards_is_named(self):
        status, said = look({"low/l.h": UP, "high/h.h": "", "high/h.cpp": DOWN})
        self.assertEqual(status, 1)
        self.assertIn("low -> high: not permitted by docs/architecture.md:\n  low/l.h includes high/h.h", said)

    def test_a_file_outside_of_all_folders_is_named(self):
        status, said = look({"low/l.h": "", "high/h.cpp": DOWN, "other/o.cpp": DOWN})
        self.assertEqual(status, 1)
        self.assertIn("None -> low", said)

    def test_an_arrow_that_nothing_needs_is_named(self):
        status, said = look({"low/l.h": "", "high/h.cpp": ""})
        self.assertEqual(status, 1)
        self.assertIn("high -> low: permitted by docs/architecture.md, and nothing needs it", said)

    def test_a_circle_is_named(self):
        status, said = look({"low/l.h": UP, "high/h.h": DOWN}, {"low": "high", "high": "low"})
        self.assertEqual(status, 1)
        self.assertIn("permits a circle: high -> low -> high", said)

    def test_generated_headers_and_tests_are_free(self):
        self.assertEqual(look({"low/l.h": '#include "made.h"\n', "high/h.cpp": DOWN, "tests/t.cpp": UP})[0], 0)


if __name__ == "__main__":
    unittest.main()
