# SPDX-License-Identifier: Apache-2.0
"""A private copy of the tree with a build of its own, and what its build system knows: commands, dependencies, link lines."""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

NOT_COPIED = {"build", "runs", ".git", "__pycache__"}


class SetupError(Exception):
    """The unchanged tree does not build, or its tests fail."""


def run(words, **options):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def demand(words, **options):
    result = run(words, **options)
    if result.returncode != 0:
        tail = "\n".join(result.stdout.splitlines()[-30:])
        raise SetupError(f"{' '.join(map(str, words))}\n{tail}")
    return result.stdout


def without_dependencies(words):
    """Without what writes a file of dependencies."""
    out, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ("-MT", "-MF"):
            skip = True
        elif word != "-MD":
            out.append(word)
    return out


class Project:
    def __init__(self, origin, folder, part, jobs):
        self.origin = pathlib.Path(origin).resolve()
        self.folder = pathlib.Path(folder).resolve()
        self.tree = self.folder / "tree"
        self.build = self.tree / "build" / "release"   # where ccache knows the objects of a release build
        self.part = part
        self.jobs = jobs

    def prepare(self):
        self._copy()
        options = [f"-D{name}={value}" for name, value in self.part.options.items()]
        demand(["cmake", "--preset", "release", *options], cwd=self.tree)
        demand(["ninja", "-C", self.build, f"-j{self.jobs}", *self.part.tests, *self.part.helpers])
        self.read_commands()
        self._read_dependencies()
        self.read_links()

    def read_links(self):
        """Of each program its link line and objects; `members`: the objects that come out of libraries."""
        self.links, self.members = {}, set()
        for name in (*self.part.tests, *self.part.helpers):
            self.links[name] = self._link_of(name)
        self.linked = set().union(*(objects for _, objects in self.links.values()))

    def _copy(self):
        """Makes the copy equal to the origin; files that did not change keep their time, so that little is built anew."""
        wanted = set()
        for folder, folders, files in os.walk(self.origin):
            folders[:] = sorted(name for name in folders if name not in NOT_COPIED)
            for name in files:
                source = pathlib.Path(folder, name)
                relative = source.relative_to(self.origin)
                wanted.add(relative)
                target = self.tree / relative
                if target.is_file() and target.read_bytes() == source.read_bytes():
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        for folder, folders, files in os.walk(self.tree):
            folders[:] = [name for name in folders if name not in NOT_COPIED]
            for path in (pathlib.Path(folder, name) for name in files):
                if path.relative_to(self.tree) not in wanted:
                    path.unlink()

    def absolute(self, path):
        """Of a path as the build gives it."""
        return os.path.normpath(self.build / path)

    def read_commands(self):
        """Of each object: its source and the words that compile it, without ccache and precompiled headers (they want the flags that
        they were made with)."""
        self.commands, self.ccache = {}, []
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            words = shlex.split(entry["command"])
            launcher = [os.path.basename(word) for word in words].index("ccache") + 1 if "ccache" in entry["command"] else 0
            self.ccache, words = words[:launcher], words[launcher:]
            for i in reversed(range(len(words))):
                if words[i] == "-include" and words[i + 1].endswith("/cmake_pch.hxx"):
                    del words[i:i + 2]
            output = words[words.index("-o") + 1]
            self.commands[self.absolute(output)] = (entry["file"], words)

    def _read_dependencies(self):
        self.dependencies = {}
        output = None
        for line in demand(["ninja", "-C", self.build, "-t", "deps"]).splitlines():
            if line[:1].isspace():
                self.dependencies[output].add(self.absolute(line.strip()))
            elif ": #deps" in line:
                output = self.absolute(line.split(": #deps")[0])
                self.dependencies[output] = set()

    def _link_of(self, name):
        """The words that link a program, and the objects in it, whether from the line itself or out of a library."""
        pattern = re.compile(rf" -o (\S*/)?{re.escape(name)} ")
        lines = demand(["ninja", "-C", self.build, "-t", "commands", name]).splitlines()
        whole = [line for line in lines if pattern.search(line)][-1]
        words = shlex.split([step for step in whole.split(" && ") if pattern.search(step + " ")][0])
        trace = demand([*words, "-Wl,-t,-t", "-o", os.devnull], cwd=self.build)
        objects = {self.absolute(word) for word in words if word.endswith(".o")}
        members = {}
        for archive in (word for word in words if word.endswith(".a") and not os.path.isabs(word)):
            for path in self._members(archive, lines):
                members.setdefault(os.path.basename(path), set()).add(self.absolute(path))
        for match in re.finditer(r"([^\s()/]+\.o)\)?$", trace, re.M):
            objects |= members.get(match.group(1), set())
        self.members |= objects & set().union(*members.values())
        return words, objects

    @staticmethod
    def _members(archive, lines):
        for line in lines:
            if f" qc {archive} " in line:
                return [word for word in line.split() if word.endswith(".o")]
        return []

    def program(self, name):
        words = self.links[name][0]
        return self.absolute(words[words.index("-o") + 1])

    def compile_words(self, old, new, flags):
        """What compiles an object of the unchanged tree with other flags."""
        words = without_dependencies(self.commands[old][1])
        words[words.index("-o") + 1] = str(new)
        return [*self.ccache, *words, *flags]

    def link(self, name, replaced, output, *more):
        """Links a program with some of its objects replaced; `replaced` maps an object to its new file. Those of libraries and
        `more` go first, so that nothing asks the library for them."""
        words, objects = self.links[name]
        words = list(words)
        on_line = {self.absolute(word): i for i, word in enumerate(words) if word.endswith(".o")}
        first = [str(path) for path in more]
        for old, new in replaced.items():
            if old in on_line:
                words[on_line[old]] = str(new)
            elif old in objects:
                first.append(str(new))
        words[words.index("-o") + 1] = str(output)
        words[1:1] = first
        return run(words, cwd=self.build)
