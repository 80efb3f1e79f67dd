# SPDX-License-Identifier: Apache-2.0
"""Markdown as far as the documentation uses it: fenced blocks with the marks before them, links, headings, code spans."""
import pathlib
import re

FENCE = re.compile(r"^(\s*)```(.*)$")
MARK = re.compile(r"^<!-- (.+) -->$")
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")


class Block:
    """A fenced block: its language, its lines, where it begins, and the marks (HTML comments) right above it."""

    def __init__(self, language, line, marks):
        self.language = language
        self.line = line
        self.marks = marks
        self.lines = []

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)

    def mark(self, word):
        """What follows `word` in a mark, "" if nothing does, None if there is no such mark."""
        for mark in self.marks:
            if mark == word or mark.startswith(word + " ") or mark.startswith(word + ":"):
                return mark[len(word):].lstrip(": ")
        return None

    def file_name(self):
        """The name a first line that is a comment gives the block: `# hog.yaml`, `// firmware/x.cpp`."""
        match = re.fullmatch(r"(?://|#) ([\w./-]+\.\w+)", self.lines[0]) if self.lines else None
        return match.group(1) if match else None


class Page:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.blocks = []
        self.prose = []  # (line number, text) outside of fenced blocks
        block, marks = None, []
        for number, line in enumerate(self.path.read_text().splitlines(), 1):
            fence = FENCE.match(line)
            if block is not None:
                if fence:
                    self.blocks.append(block)
                    block, marks = None, []
                else:
                    block.lines.append(line)
            elif fence:
                block = Block(fence.group(2).strip(), number, marks)
            elif MARK.match(line):
                marks = marks + [MARK.match(line).group(1)]
            else:
                marks = [] if line.strip() else marks
                self.prose.append((number, line))
        if block is not None:
            raise SystemExit(f"{path}:{block.line}: the block does not end")

    def links(self):
        return [(number, target) for number, line in self.prose for target in LINK.findall(SPAN.sub("", line))]

    def spans(self):
        return [(number, span) for number, line in self.prose for span in SPAN.findall(line)]

    def anchors(self):
        """As GitHub names them."""
        found = set()
        for _, line in self.prose:
            found.update(re.findall(r'^<a id="([^"]+)"></a>$', line))
            match = re.match(r"#+ (.*)", line)
            if not match:
                continue
            slug = re.sub(r"[^\w\- ]", "", match.group(1).strip().lower()).replace(" ", "-")
            name, count = slug, 0
            while name in found:
                count += 1
                name = f"{slug}-{count}"
            found.add(name)
        return found


def pages(root):
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
