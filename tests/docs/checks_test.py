#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of the documentation find what they are there to find."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import check_links
import markdown
import run_page

HERE = pathlib.Path(__file__).parent


def page_of(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "page.md"
        path.write_text(text)
        return markdown.Page(path)


class Commands:
    def complaint(self, words):
        return "no such verb" if words[:1] == ["fly"] else None


class Links(unittest.TestCase):
    def complaints(self, text):
        page = page_of(text)
        root = HERE.parent.parent
        page.path = root / "README.md"
        anchors = {page.path: page.anchors()}
        return [what for _, what in check_links.check(page, root, anchors, ["unit.A.b", "unit.A.c/1"], Commands())]

    def test_sound(self):
        self.assertEqual(self.complaints("# A b\n<a id=\"c\"></a>\n[x](#a-b) [w](#c) [y](docs/) [z](https://nowhere.example) `unit.A.*` `rtl/soc.v` `unit.A.c/*`\n"), [])

    def test_broken(self):
        for text in ("[x](nowhere.md)", "# A\n[x](#b)", "`rtl/nothing.v`", "`unit.A.d`", "`unit.A.c/2`", "`scx-cosim fly`"):
            self.assertEqual(len(self.complaints(text + "\n")), 1, text)

    def test_links_in_blocks_are_text(self):
        self.assertEqual(self.complaints("```sh\n[x](nowhere.md)\n```\n"), [])


class Fidelity(unittest.TestCase):
    HEAD = "| subject | status | here | tests |\n| --- | --- | --- | --- |\n"

    def complaints(self, row):
        return list(check_links.untested(page_of(self.HEAD + row + "\n")))

    def test_rows(self):
        self.assertEqual(self.complaints("| a | exact | | `unit.A.b` |"), [])
        self.assertEqual(self.complaints("| a | simplified | | |"), [])
        self.assertEqual(len(self.complaints("| a | exact | `unit.A.b` | |")), 1)
        self.assertEqual(len(self.complaints("| a | nearly | | `unit.A.b` |")), 1)


class Output(unittest.TestCase):
    GOT = ["head", "at 497899 hart 2", "at 498000 hart 3", "tail"]

    def missing(self, wanted, figures=None):
        return run_page.place(wanted, self.GOT, figures)[1]

    def test_lines_stand_in_their_order(self):
        self.assertIsNone(self.missing(self.GOT))
        self.assertIsNone(self.missing(["head", "...", "tail"]))
        self.assertIsNone(self.missing(["at 498000 hart 3", "tail"]))
        self.assertEqual(self.missing(["head", "tail"]), "tail")
        self.assertEqual(self.missing(["tail", "...", "head"]), "head")

    def test_figures(self):
        self.assertEqual(self.missing(["at 500000 hart 2"]), "at 500000 hart 2")
        self.assertIsNone(self.missing(["at 500000 hart 2"], "about"))
        self.assertIsNotNone(self.missing(["at 100000 hart 2"], "about"))
        self.assertIsNotNone(self.missing(["at 497899 hart 1"], "about"))
        self.assertIsNone(self.missing(["at 100000 hart 9"], "vary"))
        self.assertIsNotNone(self.missing(["at 100000 cart 9"], "vary"))


class Run(unittest.TestCase):
    """With a program that finds fault with every file that says `wrong`."""

    def run_page(self, text):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "page.md").write_text(text)
            (folder / "program").write_text('#!/bin/sh\n[ "$1" != check ] || ! grep wrong "$2"\n')
            (folder / "program").chmod(0o755)
            return subprocess.run([sys.executable, HERE / "run_page.py", folder / "page.md", HERE.parent.parent, folder / "program",
                                   folder / "work"], capture_output=True, check=False, text=True).returncode

    def test_sound(self):
        self.assertEqual(self.run_page("```sh\nx=5\n```\n\n```sh\necho $x\n```\n\n```text\n5\n```\n\n```yaml\n# a.yaml\na: 1\n```\n\n"
                                       "```sh\ncat a.yaml\n```\n\n<!-- exits 3 -->\n```sh\n(exit 3)\n```\n"), 0)
        self.assertEqual(self.run_page("<!-- not run: it cannot -->\n```sh\nfalse\n```\n"), 0)

    def test_broken(self):
        for text in ("```sh\nfalse\ntrue\n```", "```sh\nnot-a-command\n```", "<!-- exits 3 -->\n```sh\ntrue\n```", "```yaml\nwrong\n```",
                     "```sh\necho 5\n```\n\n```text\n6\n```", "```sh\nexit 0\n```"):
            self.assertNotEqual(self.run_page(text + "\n"), 0, text)


if __name__ == "__main__":
    unittest.main()
