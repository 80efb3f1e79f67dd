# SPDX-License-Identifier: Apache-2.0
"""Builds a mutant of a Verilog file: each Verilated model that it is part of, and what includes that model's headers. The small
ones first: a mutant that the tests of a device alone notice needs no SoC."""
import filecmp
import os
import pathlib
import re
import shlex
import shutil

from compile_cpp import BUILT, REFUSED, SAME
from project import demand, run, without_dependencies


class RtlBuild:
    def __init__(self, project, job):
        self.project = project
        self.job = pathlib.Path(job)
        self.models = self._models()

    def _models(self):
        """(folder of the generated code, words that generate it) of each model."""
        models = []
        for line in demand(["ninja", "-C", self.project.build, "-t", "commands", *self.project.part.tests]).splitlines():
            step = line.split(" && ")[-1] if "verilator_bin" in line else ""
            if "--Mdir" in step:
                words = shlex.split(step)
                models.append((words[words.index("--Mdir") + 1], words))
        return models

    def build(self, mutant, text):
        shutil.rmtree(self.job / "overlay", ignore_errors=True)
        target = self.job / "overlay" / mutant.path
        target.parent.mkdir(parents=True)
        target.write_text(mutant.apply(text))
        source = str(self.project.tree / mutant.path)
        models = []   # of each that differs: generated file -> its new version
        for number, (folder, words) in enumerate(self.models):
            if source not in words:
                continue
            new = self.job / f"model{number}"
            shutil.rmtree(new, ignore_errors=True)
            words = [str(target) if word == source else word for word in words]
            words[words.index("--Mdir") + 1] = str(new)
            if run(words, cwd=self.project.build).returncode != 0:
                return REFUSED, ()
            self._restore_paths(new, target, source)
            changed = self._changed(pathlib.Path(folder), new)
            if changed:
                models.append(changed)
        if not models:
            return SAME, ()
        models.sort(key=lambda changed: sum(path.stat().st_size for path in changed.values() if path.is_file()))
        return BUILT, map(self._compile, models)

    @staticmethod
    def _restore_paths(folder, target, source):
        """$stop names its file: as it is in the tree."""
        for path in [*folder.glob("*.cpp"), *folder.glob("*.h")]:
            text = path.read_text()
            if str(target) in text:
                path.write_text(text.replace(str(target), source))

    @staticmethod
    def _changed(old, new):
        files = {path.name for folder in (old, new) for path in [*folder.glob("*.cpp"), *folder.glob("*.h")]}
        return {str(old / name): new / name for name in sorted(files)
                if not (old / name).is_file() or not (new / name).is_file()
                or not filecmp.cmp(old / name, new / name, shallow=False)}

    def _compile(self, changed):
        """{object: its mutated file}; empty: the compiler refuses."""
        project = self.project
        replaced = {}
        for number, old in enumerate(sorted(project.linked)):
            used = [path for path in changed if path in project.dependencies.get(old, ())]
            if not used:
                continue
            source, words = project.commands[old]
            words = without_dependencies(words)
            folders = sorted({str(changed[path].parent) for path in used})
            for folder in {os.path.dirname(path) for path in used}:   # generated code is found in the new folder
                new_folder = str(next(changed[path].parent for path in used if os.path.dirname(path) == folder))
                words = [re.sub(rf"^(-I)?{re.escape(folder)}$", lambda m, to=new_folder: (m.group(1) or "") + to, word)
                         for word in words]
            if os.path.dirname(source) in {os.path.dirname(path) for path in used}:
                moved = pathlib.Path(folders[0], os.path.basename(source))
                if not moved.is_file():
                    return {}
                words[words.index(source)] = str(moved)
            new = self.job / "objects" / f"{number}_{os.path.basename(old)}"
            new.parent.mkdir(parents=True, exist_ok=True)
            words[words.index("-o") + 1] = str(new)
            if run(words, cwd=project.build).returncode != 0:
                return {}
            replaced[old] = new
        return replaced
