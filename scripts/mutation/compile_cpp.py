# SPDX-License-Identifier: Apache-2.0
"""Builds a mutant of a C++ file: the objects that its text is part of, beside the unchanged ones."""
import hashlib
import os
import pathlib
import shutil

from project import SetupError, run, without_dependencies

REFUSED, SAME, BUILT = "refused", "same", "built"


class CppBuild:
    def __init__(self, project, job):
        self.project = project
        self.job = pathlib.Path(job)
        self.overlay = self.job / "overlay"
        self.objects = self.job / "objects"

    def build(self, mutant, text):
        """(outcome, builds to be tested one after the other: {object: its mutated file}); refused: the compiler does not take it; same:
        it makes no difference."""
        for folder in (self.overlay, self.objects):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        target = self.overlay / mutant.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(mutant.apply(text))
        path = str(self.project.tree / mutant.path)
        touched = sorted(o for o in self.project.linked if path in self.project.dependencies.get(o, ()))
        # A function's body in a header: at first the tests' own objects keep what they were written against.
        first = [o for o in touched if o in self.project.members] if mutant.inside else touched
        replaced = self._replace(mutant, first)
        if replaced is None:
            return REFUSED, ()
        rest = [o for o in touched if o not in first]
        if replaced:
            return BUILT, self._then(mutant, replaced, rest)
        replaced = self._replace(mutant, rest)
        return (BUILT, (replaced,)) if replaced else (SAME, ())

    def _then(self, mutant, replaced, rest):
        yield replaced
        own = self._replace(mutant, rest)
        if own:
            yield replaced | own

    def _replace(self, mutant, touched):
        """Those of the objects that the mutant changes; none: the compiler does not take it."""
        replaced = {}
        for old in touched:
            new = self.objects / f"{len(list(self.objects.iterdir()))}_{os.path.basename(old)}"
            if self._compile(mutant, old, new).returncode != 0:
                return None
            if new.read_bytes() != self._unchanged(old):
                replaced[old] = new
        return replaced

    def _unchanged(self, old):
        """The object of the unchanged tree, without what debuggers read."""
        source = self.project.commands[old][0]
        stamp = "|".join((old, *self.project.commands[old][1], *sorted(
            f"{path}{os.path.getmtime(path)}" for path in self.project.dependencies[old])))
        kept = self.project.folder / "unchanged" / hashlib.sha256(stamp.encode()).hexdigest()[:32]
        if not kept.is_file():
            kept.parent.mkdir(exist_ok=True)
            new = self.job / "unchanged.o"
            if self._compile(None, old, new).returncode != 0:
                raise SetupError(f"{source} does not compile")
            os.replace(new, kept)
        return kept.read_bytes()

    def _compile(self, mutant, old, new):
        source, words = self.project.commands[old]
        words = without_dependencies(words)
        words[words.index("-o") + 1] = str(new)
        words.append("-g0")
        if mutant:
            if source == str(self.project.tree / mutant.path):
                words[words.index(source)] = str(self.overlay / mutant.path)
            # As the tree itself is included: what is nobody's to be warned of there is not here.
            quiet = ("-isystem", str(self.project.tree)) in zip(words, words[1:])
            words[1:1] = ["-isystem" if quiet else "-I", str(self.overlay),
                          f"-ffile-prefix-map={self.overlay}={self.project.tree}"]
        return run(words, cwd=self.project.build)
