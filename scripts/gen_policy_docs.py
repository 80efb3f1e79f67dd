#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills in the tables of docs/policy-reference.md from what the kernel is built from: ops.def and kfuncs.def.

usage: gen_policy_docs.py ROOT             rewrites the generated parts of ROOT/docs/policy-reference.md
       gen_policy_docs.py ROOT --check     exit 1 if the page is not what would be written

A generated part stands between `<!-- generated: callbacks -->` or `<!-- generated: kfuncs -->` and `<!-- end -->`.
"""
import argparse
import pathlib
import re
import sys

PAGE = "docs/policy-reference.md"
PRICES = {"none": "", "map": "map", "kfunc": "kfunc", "line": "kfunc + printk"}
SETS = ("CPU_RELEASE", "DISPATCH", "ENQUEUE", "SELECT_CPU", "REST")


def split(text):
    """The arguments of a macro: at commas outside of parentheses and quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for i, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "()":
            depth += 1 if char == "(" else -1
        elif not quoted and char == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts + [text[start:].strip()]


def entries(path, macro, fields):
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.startswith(macro + "("):
            continue
        parts = split(line[len(macro) + 1:line.rindex(")")])
        if len(parts) != len(fields):
            sys.exit(f"{path}:{number}: {len(parts)} arguments, expected {', '.join(fields)}")
        found.append(dict(zip(fields, parts)))
    return found


def words(flags):
    return {word.strip() for word in flags.split("|")}


def parameters(text):
    printf = re.fullmatch(r"KF_PRINTF\(\d+, (.*)\)", text)
    return f"({printf.group(1)}, ...)" if printf else text


def callable_in(kfunc, callbacks):
    """The callbacks in which a kfunc may be called, as its check decides it."""
    where = words(kfunc["where"])
    if where == {"KF_ANYWHERE"}:
        return "anywhere"
    if where == {"KF_IN_DUMP"}:
        return "`dump`, `dump_cpu`, `dump_task`"
    if where == {"KF_ON_SUBJECT"}:
        return "on the task that a callback with a locked run queue is about"
    opened = [c["name"] for c in callbacks if words(c["sets"]) & where]
    if "KF_UNLOCKED" in where:
        opened += [c["name"] for c in callbacks if words(c["sets"]) == {"SCX_KF_UNLOCKED"}] + ["timers"]
    return ", ".join(name if name == "timers" else f"`{name}`" for name in opened)


def opens(callback):
    sets = words(callback["sets"])
    return "" if sets == {"SCX_KF_UNLOCKED"} else ", ".join(name for name in SETS if f"SCX_KF_{name}" in sets)


def tables(root):
    ext = root / "firmware/kernel/ext"
    callbacks = entries(ext / "ops.def", "OP", ("name", "result", "parameters", "sets", "site", "body", "what"))
    kfuncs = entries(ext / "kfuncs.def", "KFUNC", ("name", "result", "parameters", "where", "price", "what"))
    ops = ["| callback | is called when | opens | its body costs |", "| --- | --- | --- | --- |"]
    for c in callbacks:
        signature = f"{c['result']} {c['name']}{c['parameters']}"
        ops.append(f"| `{signature}` | {c['what'].strip(chr(34))} | {opens(c)} | {c['body']} |")
    functions = ["| kfunc | does | may be called in | costs |", "| --- | --- | --- | --- |"]
    for k in kfuncs:
        signature = f"{k['result']} {k['name']}{parameters(k['parameters'])}"
        functions.append(f"| `{signature}` | {k['what'].strip(chr(34))} | {callable_in(k, callbacks)} | {PRICES[k['price']]} |")
    return {"callbacks": ops, "kfuncs": functions}


def written(root, text):
    for name, lines in tables(root).items():
        begin = f"<!-- generated: {name} -->\n"
        if begin not in text:
            sys.exit(f"{PAGE}: no `{begin.strip()}`")
        head, rest = text.split(begin)
        text = head + begin + "".join(line + "\n" for line in lines) + rest[rest.index("<!-- end -->"):]
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    page = args.root / PAGE
    text = page.read_text()
    new = written(args.root, text)
    if args.check and new != text:
        sys.exit(f"{PAGE} is not what the source says; run scripts/gen_policy_docs.py {args.root}")
    if new != text:
        page.write_text(new)


if __name__ == "__main__":
    main()
