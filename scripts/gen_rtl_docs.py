#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills in what docs/rtl/ says about each module from its source: parameters, ports, sub-modules, invariants, registers.

usage: gen_rtl_docs.py ROOT             rewrites the generated parts of ROOT/docs/rtl/*.md
       gen_rtl_docs.py ROOT --check     exit 1 if a page is missing, lacks a part, or is not what would be written

A page is written by hand around its generated parts, each between `<!-- generated: PART -->` and `<!-- end -->`.
A page that does not exist yet is begun from its module. PARTs: parameters, ports, submodules, invariants,
registers BLOCK, csrs, opcodes, modules (the index).
"""
import argparse
import pathlib
import re
import sys

import yaml

import gen_registers
from verilog import Module

SPDX = "<!-- SPDX-License-Identifier: Apache-2.0 -->"
BEGIN = re.compile(r"<!-- generated: ([a-z_ ]+) -->\n")
END = "<!-- end -->"
SECTIONS = ("What it is", "State", "Timing", "Tests")  # written by hand, in every page
INDEX = "README.md"


# --- parts ----------------------------------------------------------------------------------------------------------


def table(heads, rows):
    return ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)] + ["| " + " | ".join(row) + " |" for row in rows]


def cell(text):
    return text.replace("|", "\\|")


def code(text):
    return f"`{cell(text)}`" if text else ""


def parameters(module):
    rows = [[code(p["name"]), code(p["value"]), cell(p["what"])] for p in module.parameters]
    return table(["parameter", "default", "meaning"], rows) if rows else ["None."]


def ports(module):
    rows, heading = [], ""
    for port in module.ports:
        if port["heading"] != heading:
            heading = port["heading"]
            rows.append([f"*{cell(heading)}*", "", "", ""])
        rows.append([code(port["name"]), port["kind"], code(port["bits"]) or "1", cell(port["what"])])
    return table(["port", "direction", "bits", "meaning"], rows)


def submodules(module):
    return [", ".join(f"[{name}]({name}.md)" for name in module.instances) + "." if module.instances else "None."]


def invariants(module):
    return [f"* `{text}`" for text in module.invariants] or ["None of its own."]


def part(name, module, modules, registers):
    words = name.split()
    if words[0] == "registers":
        return gen_registers.md_block(words[1], registers["blocks"][words[1]])
    if name == "csrs":
        return gen_registers.md_csrs(registers)
    if name == "opcodes":
        return gen_registers.md_opcodes(registers)
    if name == "modules":
        return table(["module", "source", "what"],
                     [[f"[{m.name}]({m.name}.md)", f"[{m.path}](../../{m.path})", cell(m.summary.split(". ")[0].rstrip("."))]
                      for m in modules])
    return {"parameters": parameters, "ports": ports, "submodules": submodules, "invariants": invariants}[name](module)


# --- pages ----------------------------------------------------------------------------------------------------------


def wanted_parts(module, registers):
    block = module.name.removeprefix("soc_")
    return ["parameters", "ports", "submodules", "invariants"] + ([f"registers {block}"] if block in registers["blocks"] else [])


def begun(module, registers):
    """A page to write on from."""
    lines = [SPDX, f"# {module.name}", "", f"Source: [{module.path}](../../{module.path}).", ""]
    for section in ("What it is", "State", "Timing"):
        lines += [f"## {section}", "", "", ""]
    for name in wanted_parts(module, registers):
        lines += [f"## {name.split()[0].capitalize()}", "", f"<!-- generated: {name} -->", END, ""]
    return "\n".join(lines + ["## Tests", "", ""])


def filled(text, page, module, modules, registers):
    out, at = "", 0
    for begin in BEGIN.finditer(text):
        end = text.find(END, begin.end())
        if end < 0:
            sys.exit(f"{page}: `generated: {begin.group(1)}` has no end")
        try:
            lines = part(begin.group(1), module, modules, registers)
        except KeyError:
            sys.exit(f"{page}: no such part: {begin.group(1)}")
        out += text[at:begin.end()] + "\n" + "\n".join(lines).rstrip() + "\n\n"
        at = end
    return out + text[at:]


def problems(page, text, module, registers):
    """What a page of a module lacks."""
    for section in SECTIONS:
        found = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
        if not found or not found.group(1).strip():
            yield f"{page}: nothing under `## {section}`"
    for name in wanted_parts(module, registers):
        if f"<!-- generated: {name} -->" not in text:
            yield f"{page}: no `<!-- generated: {name} -->`"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    root = args.root.resolve()
    pages = root / "docs/rtl"
    registers = yaml.safe_load((root / "rtl/registers.yaml").read_text())
    modules = [Module(path, root) for path in sorted((root / "rtl").rglob("*.v"))]
    wrong = []

    for module in modules + [None]:
        page = pages / (f"{module.name}.md" if module else INDEX)
        if not page.exists() and args.check:
            wrong.append(f"{page}: missing")
            continue
        old = page.read_text() if page.exists() else ""
        new = filled(old or begun(module, registers), page, module, modules, registers)
        if args.check and new != old:
            wrong.append(f"{page}: stale: run {parser.prog} {args.root}")
        if module:
            wrong += problems(page, new, module, registers)
        if not args.check and new != old:
            page.write_text(new)
    for page in sorted(pages.glob("soc*.md")):
        if page.stem not in {module.name for module in modules}:
            wrong.append(f"{page}: there is no such module")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
