#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What README.md and docs/ point at exists: files and anchors of links, paths in code spans, tests by their CTest names,
verbs, options and scenarios in the commands they name. In docs/fidelity.md, what is called exact names a test.

usage: check_links.py ROOT SCX_COSIM BUILD_DIR
"""
import fnmatch
import json
import pathlib
import re
import subprocess
import sys

import markdown

LABELS = "unit|rtl|sim|cosim|host|tidy|lint|bench|slow|arch"
PATH = re.compile(r"(?!build/|runs/)(\w+)/[\w./-]*")
TEST = re.compile(rf"(?:{LABELS})\.[A-Za-z][\w./*-]*")
PLACEHOLDER = re.compile(r"\b(?:NAME|VERB|SCENARIO|VARIANT|DIR|RUN-DIR|FILE)\b")  # stands for a word of the reader's
NOT_A_TEST = re.compile(r"\.(h|md|cpp|yaml|json|py|v)$")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Commands:
    """What the command line knows."""

    def __init__(self, scx_cosim, root):
        self.program = scx_cosim
        self.verbs = set(re.findall(r"^  ([a-z]+) ", output(scx_cosim, "--help"), re.M))
        self.scenarios = {path.stem for path in (root / "configs/scenarios").glob("*.yaml")}
        self.help = {}

    def complaint(self, words):
        """Why `scx-cosim WORDS` is no command, or None."""
        if not words or words[0].startswith("--"):
            return None
        verb = words[0]
        if verb not in self.verbs:
            return f"no such verb: {verb}"
        if verb not in self.help:
            self.help[verb] = set(re.findall(r"--[a-z][a-z-]*", output(self.program, verb, "--help")))
        value = False
        for word in words[1:]:
            if word.startswith("--"):
                if word.split("=")[0] not in self.help[verb] | {"--help"}:
                    return f"{verb} has no option {word}"
                value = True
            elif not value and verb in ("run", "check") and re.fullmatch(r"[a-z][a-z0-9_]*", word) and word not in self.scenarios:
                return f"no such scenario: {word}"
            else:
                value = False
        return None


def tests_of(build, root):
    """All names CTest knows; those of binaries that are not built, as those of level unit may be, as their sources have them, under every label."""
    listing = json.loads(output("ctest", "--test-dir", str(build), "--show-only=json-v1"))
    names = [test["name"] for test in listing["tests"]]
    without_units = "SCX_UNIT_TESTS:BOOL=OFF" in (pathlib.Path(build) / "CMakeCache.txt").read_text()
    if without_units or any(name.endswith("_NOT_BUILT") for name in names):
        source = "".join(path.read_text() for path in sorted((root / "tests").rglob("*_test.cpp")))
        instances = re.findall(r"INSTANTIATE_TEST_SUITE_P\(\s*(\w+),\s*(\w+)", source)
        for parameters, suite, case in re.findall(r"^TEST(_P|_F|)\((\w+), (\w+)\)", source, re.M):
            forms = [f"{name}/{suite}.{case}/0" for name, of in instances if of == suite] if parameters == "_P" else [f"{suite}.{case}"]
            names += [f"{label}.{form}" for label in LABELS.split("|") for form in forms]
    return names


def check(page, root, anchors, tests, commands):
    for number, target in page.links():
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.path.parent / path).resolve() if path else page.path
        if not file.exists():
            yield number, f"links to {target}, which is not there"
        elif anchor and anchor not in anchors.get(file, set()):
            yield number, f"links to {target}: no such heading"
    for number, span in page.spans():
        if PLACEHOLDER.search(span):
            continue
        path = PATH.fullmatch(span)
        if path and (root / path.group(1)).is_dir() and not (root / span).exists():
            yield number, f"names {span}, which is not there"
        if TEST.fullmatch(span) and not NOT_A_TEST.search(span) and not any(fnmatch.fnmatchcase(name, span) for name in tests):
            yield number, f"names the test {span}, which is not there"
        words = span.split()
        if words[:1] == ["./run"]:
            words = ["run", *words[1:]]
        elif words[:1] and words[0] in ("scx-cosim", "build/release/scx-cosim"):
            words = words[1:]
        else:
            continue
        complaint = commands.complaint(words)
        if complaint:
            yield number, f"`{span}`: {complaint}"


def untested(page):
    """Rows of the fidelity tables that call something exact and name no test for it."""
    status = None
    for number, line in page.prose:
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if "status" in cells:
            status = cells.index("status")
        elif cells and not set(cells[0]) <= set("- ") and cells[status] not in ("exact", "simplified", "absent"):
            yield number, f"{cells[0]}: {cells[status]} is no status"
        elif cells and cells[status] == "exact" and not any(TEST.fullmatch(span) for span in markdown.SPAN.findall(cells[-1])):
            yield number, f"{cells[0]} is called exact, and no test is named"


def main():
    root, scx_cosim, build = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]
    pages = [markdown.Page(path) for path in markdown.pages(root)]
    anchors = {page.path.resolve(): page.anchors() for page in pages}
    tests, commands = tests_of(build, root), Commands(scx_cosim, root)
    wrong = [f"{page.path.relative_to(root)}:{number}: {what}"
             for page in pages for number, what in check(page, root, anchors, tests, commands)]
    wrong += [f"docs/fidelity.md:{number}: {what}" for number, what in untested(markdown.Page(root / "docs/fidelity.md"))]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(pages)} pages: every link, path, test and command they name is there")


if __name__ == "__main__":
    main()
