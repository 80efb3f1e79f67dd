# SPDX-License-Identifier: Apache-2.0
"""What is known of each test case from a run of the unchanged tree, kept as long as the code in that run stays the same."""
import hashlib
import json
import pathlib

AT_ONCE = 100


class CaseStore:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.known = json.loads(self.path.read_text()) if self.path.is_file() else {}   # program -> case -> [key, value]

    def values(self, program, keys, measure):
        """{case: value} of a program's cases. `keys` maps each to its key; those with another one than last time are given to
        `measure`, some at a time, which returns their values."""
        before = self.known.get(program, {})
        kept = {case.name: before[case.name] for case, key in keys.items() if before.get(case.name, [None])[0] == key}
        missing = [case for case in keys if case.name not in kept]
        while missing:
            found = measure(missing[:AT_ONCE])     # what is there by now stays, should this be interrupted
            kept |= {case.name: [keys[case], value] for case, value in found.items()}
            missing = missing[AT_ONCE:]
            self.known[program] = kept
            self.path.write_text(json.dumps(self.known))
        return {case: kept[case.name][1] for case in keys}


def keys_of(project, name, cases):
    """Of each case a digest of the code that it may run: all of the program but other files of tests."""
    def digest(paths, *words):
        whole = hashlib.sha256("|".join(words).encode())
        for path in sorted(paths):
            whole.update(pathlib.Path(path).read_bytes())
        return whole.hexdigest()[:32]

    objects = project.links[name][1]
    own = {project.commands[path][0]: path for path in objects if path in project.commands}
    tests = {case.source for case in cases} & own.keys()
    common = digest((objects - {own[source] for source in tests}) | set(map(project.program, project.part.helpers)))
    of_source = {source: digest([own[source]], common) for source in tests}
    return {case: of_source.get(case.source, common) for case in cases}
