# SPDX-License-Identifier: Apache-2.0
"""What a mutant is, in which order mutants are tried, and which are known to change nothing."""
import dataclasses
import difflib
import hashlib
import pathlib


@dataclasses.dataclass(frozen=True)
class Mutant:
    path: str       # from the top of the tree
    line: int       # counted from 1
    line_text: str  # of the original, stripped
    kind: str       # of change: relation, logic, statement, ...
    change: str     # `old` -> `new`, and which of several on the line
    start: int      # the text replaced, as offsets
    end: int
    new: str
    inside: bool    # of a function or a member's first value: no constant and no layout that others are compiled with
    blocks: tuple = ()   # (first, last) line of each block of statements around it, outermost first; none if it may be compiled in

    def name(self):
        return f"{self.path}:{self.line}: {self.change}"

    def key(self):
        """What tells mutants apart, whatever line they are on."""
        return (self.path, self.line_text, self.change)

    def apply(self, text):
        return text[:self.start] + self.new + text[self.end:]

    def diff(self, text):
        lines = difflib.unified_diff(text.splitlines(keepends=True), self.apply(text).splitlines(keepends=True),
                                     "a/" + self.path, "b/" + self.path, n=2)
        return "".join(lines)


class Collector:
    """Gathers the mutants of one source and gives each its place and name."""

    def __init__(self, source):
        self.source = source
        self.found = []
        self._seen = {}    # (line, change) -> how many
        self._made = set()
        self.bodies = []   # (start, end) of functions
        self.blocks = []   # (start, end, first line, last line) of those that run, the outer ones first

    def add(self, kind, start, end, new, change=None):
        """Replaces text[start:end] by `new`; line ends stay, so that no other line moves."""
        source = self.source
        old = source.text[start:end]
        new += "\n" * (old.count("\n") - new.count("\n"))
        if (start, end, new) in self._made:
            return
        self._made.add((start, end, new))
        line = source.line_of(start)
        change = change or f"`{' '.join(old.split())}` -> `{' '.join(new.split())}`"
        nth = self._seen[line, change] = self._seen.get((line, change), 0) + 1
        if nth > 1:
            change += f" #{nth}"
        inside = any(first < start < last for first, last in self.bodies) or self._first_value(start)
        self.found.append(Mutant(source.path, line, source.line_text(line), kind, change, start, end, new, inside,
                                 tuple(lines for first, last, *lines in self.blocks if first < start < last)))

    def _first_value(self, start):
        text = self.source.text[:start]
        statement = text[max(text.rfind(mark) for mark in ";{}") + 1:]
        return "=" in statement and "const" not in statement and "[" not in statement


def in_order(mutants, seed):
    """Random by seed: first one of each line, each kind of change on it as likely as the others; then the rest. An edit of the
    tree leaves the order of the others as it is."""
    def rank(*words):
        return hashlib.sha256("|".join((str(seed), *map(str, words))).encode()).hexdigest()

    nth = {}
    of_line = {}
    for mutant in mutants:
        count = nth[mutant.key()] = nth.get(mutant.key(), 0) + 1   # the same line of text may be there twice
        keyed = (rank(mutant.path, mutant.line_text, mutant.kind), rank(*mutant.key(), count), mutant)
        of_line.setdefault((mutant.path, mutant.line), []).append(keyed)
    first, rest = [], []
    for line in of_line.values():
        line.sort(key=lambda keyed: keyed[:2])
        first.append(line[0])
        rest += line[1:]
    return [keyed[2] for part in (first, rest) for keyed in sorted(part, key=lambda keyed: keyed[1])]


class Equivalents:
    """The list of mutants that change nothing anybody can see, each with its reason."""

    FIELDS = ("file", "line", "change", "why")

    def __init__(self, path):
        self.entries = {}   # key -> reason
        self.path = pathlib.Path(path)
        if not self.path.is_file():
            return
        entry, last = {}, None
        for number, line in enumerate([*self.path.read_text().splitlines(), ""], 1):
            if line.startswith("#"):
                continue
            if not line.strip():
                self._close(entry, number)
                entry, last = {}, None
            elif line[0].isspace() and last:
                entry[last] += " " + line.strip()
            else:
                field, _, value = line.partition(":")
                if field not in self.FIELDS or field in entry:
                    raise ValueError(f"{self.path}:{number}: '{field}': each entry has once {', '.join(self.FIELDS)}")
                entry[field], last = value.strip(), field

    def _close(self, entry, number):
        if not entry:
            return
        for field in self.FIELDS:
            if not entry.get(field):
                raise ValueError(f"{self.path}:{number - 1}: an entry without '{field}'")
        self.entries[entry["file"], entry["line"], entry["change"]] = entry["why"]

    def reason(self, mutant):
        return self.entries.get(mutant.key())

    def stale(self, mutants, paths):
        """Entries for these files that no mutant of theirs fits."""
        keys = {mutant.key() for mutant in mutants}
        return [key for key in self.entries if key[0] in paths and key not in keys]
