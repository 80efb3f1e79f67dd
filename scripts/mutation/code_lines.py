# SPDX-License-Identifier: Apache-2.0
"""Which lines of source the straight code behind each mark of a program comes from (see record_pcs.cpp)."""
import re

from project import demand

INSTRUCTION = re.compile(r"\s+([0-9a-f]+):\s+(.*)")


def code_after_marks(program):
    """{offset a mark returns to: offsets of the instructions from the mark to the next one}"""
    found, current, mark = {}, None, None
    for line in demand(["objdump", "-d", "--no-show-raw-insn", program]).splitlines():
        match = INSTRUCTION.match(line)
        if not match:                 # between functions
            current = mark = None
            continue
        offset = int(match.group(1), 16)
        if mark is not None:
            current = found[offset] = [mark]
            mark = None
        if "call" in match.group(2) and "<__sanitizer_cov_trace_pc>" in match.group(2):
            mark = offset
        elif current is not None:
            current.append(offset)
    return found


def lines_after_marks(project, program):
    """{offset a mark returns to: {(path from the top of the tree, line)}}"""
    code = code_after_marks(program)
    wanted = "".join(f"{offset:#x}\n" for offset in sorted(set().union(*code.values())))
    of_offset, current = {}, None
    top = str(project.tree) + "/"
    for line in demand(["addr2line", "-i", "-a", "-e", program], input=wanted).splitlines():
        if line.startswith("0x"):
            current = of_offset.setdefault(int(line, 16), [])
            continue
        path, _, number = line.split(" ")[0].rpartition(":")
        path = project.absolute(path)
        if path.startswith(top) and number.isdigit():     # more than one where a function was inlined
            current.append((path.removeprefix(top), int(number)))
    return {mark: {place for offset in offsets for place in of_offset[offset]} for mark, offsets in code.items()}
