# SPDX-License-Identifier: Apache-2.0
"""Reads the header of a Verilog module that is written in the form of rtl/: parameters and ports, one a line, with comments."""
import re
import sys


class Module:
    def __init__(self, path, root):
        self.path = path.relative_to(root)
        text = path.read_text()
        self.name = path.stem
        comment = re.search(r"^// %s: (.*(?:\n// .*)*)" % self.name, text, re.M)
        if not comment:
            sys.exit(f"{self.path}: no comment that begins with `// {self.name}: `")
        self.summary = re.sub(r"\n// ", " ", comment.group(1))
        header = re.search(r"\bmodule %s\b\s*(?:#\((.*?)\)\s*)?\([ \t]*(//[^\n]*)?\n(.*?)\n\);" % self.name, text, re.S)
        if not header:
            sys.exit(f"{self.path}: no module {self.name}, or its header is not in the house's form")
        self.parameters = declarations((header.group(1) or "") + (header.group(2) or ""), ("parameter",))
        self.ports = declarations(header.group(3), ("input", "output"))
        body = text[header.end():]
        self.instances = sorted(set(re.findall(r"^\s*(soc_\w+)\s+(?:#\(|\w+\s*\()", body, re.M)))
        self.invariants = re.findall(r'`(?:INVARIANT(?:_WHEN)?|BROKEN_INVARIANT)\([^"]*"([^"]*)"', body)


def declarations(text, words):
    """[(range, name, value, comment, heading)] of the lines that begin with one of `words`; a comment that stands alone heads
    the lines below it."""
    found, heading = [], ""
    for line in text.splitlines() or [text]:
        code, _, comment = line.partition("//")
        code, comment = code.strip().rstrip(","), comment.strip()
        if not code:
            if not comment.startswith("verilator "):
                heading = comment
            continue
        if not code.startswith(words):
            sys.exit(f"not a declaration: {line}")
        match = re.fullmatch(r"(\w+)\s*(?:wire|reg)?\s*(\[[^\]]*\])?\s*(\w+)(?:\s*=\s*(.+))?", code)
        if not match:
            sys.exit(f"cannot read: {line}")
        kind, bits, name, value = match.groups()
        found.append({"kind": kind, "bits": bits or "", "name": name, "value": value or "", "what": comment, "heading": heading})
    return found
