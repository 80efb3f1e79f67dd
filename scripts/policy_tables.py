# SPDX-License-Identifier: Apache-2.0
"""Tables of what the kernel calls in a policy and what a policy may call, from ops.def and kfuncs.def. For gen_docs.py."""
import re
import sys

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


def callbacks_of(source):
    return entries(source.kernel("ops.def"), "OP", ("name", "result", "parameters", "sets", "site", "body", "what"))


def callbacks(source):
    """Heads and rows."""
    rows = [[f"`{c['result']} {c['name']}{c['parameters']}`", c["what"].strip('"'), opens(c), c["body"]] for c in callbacks_of(source)]
    return ["callback", "is called when", "opens", "its body costs"], rows


def kfuncs(source):
    """Heads and rows."""
    known = callbacks_of(source)
    rows = [[f"`{k['result']} {k['name']}{parameters(k['parameters'])}`", k["what"].strip('"'), callable_in(k, known), PRICES[k["price"]]]
            for k in entries(source.kernel("kfuncs.def"), "KFUNC", ("name", "result", "parameters", "where", "price", "what"))]
    return ["kfunc", "does", "may be called in", "costs"], rows
