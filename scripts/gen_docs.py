#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/ that repeat a declaration, from that declaration.

usage: gen_docs.py ROOT SCX_COSIM             rewrites the tables in ROOT/docs
       gen_docs.py ROOT SCX_COSIM --check     exit 1 if a page is not what would be written

A table stands between `<!-- generated: TABLE -->` and `<!-- end -->`. TABLEs and where they come from:
  verbs, options VERB, exit codes   the program's help
  keys SECTION                      configs/schema/scenario.json and study.json, which the program prints from tb/config/keys.h
  costs                             firmware/kernel/costs.def
  events, values                    firmware/kernel/trace/events.yaml
  shared words                      the comment in shared_words.h
  callbacks, kfuncs                 firmware/kernel/ext/ops.def, kfuncs.def
  invariants                        the comment in invariants.h; names must be those that invariants.cpp checks
  laws                              tb/monitor/laws.def
  warnings                          tb/result/warnings.def
  causes, verdicts                  tb/explain/causes.def, classes.def
Every TABLE must be on some page. Pages below docs/rtl/ have a generator of their own, gen_rtl_docs.py.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

import yaml

import policy_tables

BEGIN = re.compile(r"^<!-- generated: ([^>]+) -->\n", re.M)
END = "<!-- end -->"
TERMS = {  # texts of the schema for values that a list of words would not explain
    "identifier": "a name, at most {} characters",
    "event": "an event",
    "where": "fields with values or [comparisons](#keys-where)",
}


def table(heads, rows):
    escaped = [[cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row] for row in rows]
    return ["| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *escaped)]


def anchor(section):
    return "keys-" + re.sub(r"[^\w\- ]", "", section).replace(" ", "-")


# --- the command line -----------------------------------------------------------------------------------------------


class Help:
    """What `scx-cosim VERB --help` says."""

    def __init__(self, program, verb=None):
        command = [program] + ([verb] if verb else []) + ["--help"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        self.usage = re.search(r"^Usage: (.*)$", text, re.M).group(1)
        self.text = text

    def entries(self, heading, column=30):
        """[[name with its value, meaning]] of a section. Meanings begin at `column`; that of a long name is on the next line."""
        section = re.search(rf"^{heading}:\n((?:  .*\n?)*)", self.text, re.M)
        found = []
        for line in section.group(1).splitlines() if section else []:
            if line.startswith(" " * column):
                found[-1][1] += line.strip()
            elif line[column - 1:column] in ("", " "):
                found.append([line[:column].strip(), line[column:].strip()])
            else:
                found.append([line.strip(), ""])
        return found

    def options(self):
        for name, meaning in self.entries("Options"):
            if name.startswith("-h"):
                continue
            name, _, other = name.partition(" Excludes: ")
            option, _, value = re.sub(r":[A-Z]+ in \[.*?\]| \.\.\.$", "", name).partition(" ")
            yield f"`{option}`" + (f" {value}" if value else ""), meaning + (f"; not with `{other}`" if other else "")


def verbs(source):
    rows = []
    for verb, meaning in source.help().entries("Subcommands"):
        arguments = source.help(verb).usage.split("[OPTIONS]")[1].strip()
        rows.append([f"`{verb}` {arguments}".strip(), meaning])
    return table(["verb", "does"], rows)


def options(source, verb):
    return table([f"option of `{verb}`", "meaning"], source.help(verb).options())


def exit_codes(source):
    rows = []
    for code, meaning in source.help().entries("Exit codes", 11):
        outcome = re.match(r"(\w+): ", meaning)
        rows.append([code, f"`{outcome.group(1)}`", meaning[outcome.end():]] if outcome else [code, "", meaning])
    differs = re.search(r"(\d+): they differ", source.help("replay").text).group(1)
    rows.append([differs, "", "`replay` and `compare`: the events of the two runs differ. If they are the same both end with 0, whatever the outcomes"])
    return table(["code", "outcome", "meaning"], sorted(rows, key=lambda row: int(re.match(r"\d+", row[0]).group())))


# --- the scenario language ------------------------------------------------------------------------------------------


def bounds(value):
    low, high = value.get("minimum"), value.get("maximum")
    if low is None:
        return "a number"
    return f"{low} to {high}" if high is not None else f"{low} or more"


def value_text(source, value):
    """A value of the schema in words."""
    if "allOf" in value and "$ref" in value["allOf"][0]:
        value = value["allOf"][0]
    if "$ref" in value:
        referred = source.schema["definitions"][value["$ref"].removeprefix("#/definitions/")]
        section = referred.get("title")
        page = "" if source.on_page_of(section) else "scenario.md"
        return f"[{section}]({page}#{anchor(section)})" if section else value_text(source, referred)
    if "anyOf" in value:
        forms = value["anyOf"]
        if len(forms) == 2 and forms[1].get("maxItems") == 2 and forms[1].get("items") == forms[0]:
            return f"{value_text(source, forms[0])}, or [least, most]"
        if all(form.get("$ref", "").startswith("#/definitions/expect:_") for form in forms):
            return "expectations, in any of [their forms](#expectations)"
        return "; or ".join(dict.fromkeys(value_text(source, form) for form in forms))
    if "enum" in value:
        words = value["enum"]
        if words == source.event_names:
            return TERMS["event"]
        if words == source.policies:
            return "a policy, see `scx-cosim list`"
        if True in words:
            return "`on`" if False not in words else "`on` or `off`"
        if len(words) > 12:
            return "one of the names that the schema lists"
        return ", ".join(f"`{word}`" for word in words)
    kind = value.get("type")
    if kind == "array":
        items = value_text(source, value["items"])
        return f"a list of ({items})" if "; or" in items else f"a list of {items}"
    if kind in ("integer", "number"):
        return bounds(value)
    if kind == "null":
        return "`null`"
    if kind == "object":
        words = TERMS["where"] if source.on_page_of("where") else TERMS["where"].replace("(#", "(scenario.md#")
        return words if "propertyNames" in value else "a map"
    if str(value.get("pattern", "")).startswith("^[A-Za-z0-9_]"):
        return TERMS["identifier"].format(value["maxLength"])
    if value.get("pattern", "").startswith("^sysrq"):
        return "`sysrq-` and a letter"
    if isinstance(kind, list) and "integer" in kind and "maxLength" not in value:
        return "a value"
    if " step " in value.get("pattern", ""):
        return "a text like `2..64 step 2`, `1..10000 log 9` or `1..10000`"
    if "maxLength" in value:
        return f"a text, at most {value['maxLength']} characters"
    if kind == "string":
        return "a text"
    return "a value"


def keys(source, section):
    definition = source.sections[section]
    source.section = section
    required = definition.get("required", [])
    rows = [[f"`{name}`" + (" (required)" if name in required else ""), value_text(source, value), value["description"]]
            for name, value in definition["properties"].items() if value.get("description")]
    head = f"form `{section.removeprefix('expect: ')}`" if section.startswith("expect: ") else f"key of `{section}`"
    return [f'<a id="{anchor(section)}"></a>', ""] + table([head, "value", "meaning"], rows)


# --- events ---------------------------------------------------------------------------------------------------------


def events(source):
    rows = []
    for event in source.events["events"]:
        name = f"`{event['name']}`" + (" (verbose)" if event.get("level") == "verbose" else "")
        fields = ", ".join(f"`{field}`" for field in event["fields"])
        if not event.get("doc"):
            sys.exit(f"events.yaml: {event['name']} has no doc")
        rows.append([name, fields, event["doc"]])
    return table(["event", "fields", "logged when"], rows)


def values(source):
    fields = {}
    for event in source.events["events"]:
        for field, kind in event["fields"].items():
            fields.setdefault(kind, {}).setdefault(field, []).append(event["name"])
    rows = []
    for name, items in source.events["enums"].items():
        words = list(items.values()) if isinstance(items, dict) else items
        used = "; ".join(f"`{field}` of " + ", ".join(f"`{event}`" for event in of) for field, of in fields[name].items())
        listed = "names of functions of the kernel" if name == "site" else ", ".join(f"`{word}`" for word in words)
        rows.append([used, listed])
    return table(["field", "values"], rows)


# --- the kernel -----------------------------------------------------------------------------------------------------


def comment_table(path):
    """Rows of the table in a comment of a header, without its heading and rule."""
    rows = []
    for line in re.findall(r"^// (\|.*\|)$", path.read_text(), re.M):
        rows.append([cell.strip() for cell in line[1:-1].split("|")])
    return rows[0], rows[2:]


def costs(source):
    rows = re.findall(r"^COST\((\w+), *(\d+), \"(.*)\"\)$", source.kernel("costs.def").read_text(), re.M)
    return table(["cost", "cycles", "of"], [[f"`{name}`", cycles, what] for name, cycles, what in rows])


def shared_words(source):
    heads, rows = comment_table(source.kernel("shared_words.h"))
    code = lambda word: word if " " in word else f"`{word}`"
    return table(heads, [[code(row[0]), *row[1:]] for row in rows])


def invariants(source):
    heads, rows = comment_table(source.kernel("invariants.h"))
    checked = set(re.findall(r"require\([^\"]*, \"([a-z_]+)\"", source.kernel("invariants.cpp").read_text()))
    listed = {row[0] for row in rows}
    if listed != checked:
        sys.exit(f"invariants.h and invariants.cpp differ in {', '.join(sorted(listed ^ checked))}")
    return table(heads, [[f"`{row[0]}`", *row[1:]] for row in rows])


def laws(source):
    rows = re.findall(r'^LAW\(\w+, "(\w+)", "(.*)"\)$', (source.root / "tb/monitor/laws.def").read_text(), re.M)
    return table(["law", "what must hold"], [[f"`{name}`", what] for name, what in rows])


def warnings(source):
    rows = re.findall(r'^WARNING\((\w+), "(.*)"\)$', (source.root / "tb/result/warnings.def").read_text(), re.M)
    return table(["kind", "when"], [[f"`{name}`", when] for name, when in rows])


def causes(source):
    return table(["cause", "where the cycle goes"], of_list(source, "CAUSE", "causes.def"))


def verdicts(source):
    return table(["verdict", "meaning"], of_list(source, "CLASS", "classes.def"))


def of_list(source, macro, file):
    rows = re.findall(rf'^{macro}\((\w+), "(.*)"\)$', (source.root / "tb/explain" / file).read_text(), re.M)
    return [[f"`{name}`", meaning] for name, meaning in rows]


class Source:
    """The declarations."""

    def __init__(self, root, program):
        self.root, self.program, self.helps = root, program, {}
        self.schema = json.loads((root / "configs/schema/scenario.json").read_text())
        self.events = yaml.safe_load((root / "firmware/kernel/trace/events.yaml").read_text())
        self.event_names = [event["name"] for event in self.events["events"]]
        self.sections = {"scenario": self.schema}
        study = json.loads((root / "configs/schema/study.json").read_text())
        self.section = ""
        self.of_studies = {"study"} | {part.get("title") for name, part in study["definitions"].items() if name not in self.schema["definitions"]}
        self.schema["definitions"] = study["definitions"] | self.schema["definitions"]
        self.sections["study"] = study
        self.sections |= {part["title"]: part for part in self.schema["definitions"].values() if "title" in part}
        self.policies = self.sections["scheduler"]["properties"]["name"]["enum"]

    def on_page_of(self, section):
        """Whether the table in the making is on the page that has the keys of the section."""
        return self.section not in self.of_studies or section in self.of_studies

    def help(self, verb=None):
        if verb not in self.helps:
            self.helps[verb] = Help(self.program, verb)
        return self.helps[verb]

    def kernel(self, name):
        found = list((self.root / "firmware/kernel").rglob(name))
        if len(found) != 1:
            sys.exit(f"firmware/kernel has {len(found)} files {name}")
        return found[0]

    def tables(self):
        """{name: function that makes it}"""
        found = {"verbs": verbs, "exit codes": exit_codes, "events": events, "values": values, "costs": costs, "shared words": shared_words,
                 "invariants": invariants, "laws": laws, "warnings": warnings,
                 "causes": causes, "verdicts": verdicts, "callbacks": lambda source: table(*policy_tables.callbacks(source)),
                 "kfuncs": lambda source: table(*policy_tables.kfuncs(source))}
        for verb, _ in self.help().entries("Subcommands"):
            if list(self.help(verb).options()):
                found[f"options {verb}"] = lambda source, verb=verb: options(source, verb)
        for section in self.sections:
            found[f"keys {section}"] = lambda source, section=section: keys(source, section)
        return found


def filled(page, text, source, tables, seen):
    out, at = "", 0
    for begin in BEGIN.finditer(text):
        name, end = begin.group(1), text.find(END, begin.end())
        if end < 0 or name not in tables:
            sys.exit(f"{page}: `generated: {name}` " + ("has no end" if name in tables else "is no table"))
        seen.add(name)
        out += text[at:begin.end()] + "\n" + "\n".join(tables[name](source)) + "\n\n"
        at = end
    return out + text[at:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    source = Source(args.root, args.program)
    tables, seen, wrong = source.tables(), set(), []
    for page in sorted((args.root / "docs").rglob("*.md")):
        if page.parent.name == "rtl":
            continue
        old = page.read_text()
        new = filled(page, old, source, tables, seen)
        if new == old:
            continue
        if args.check:
            wrong.append(f"{page} is not what its declarations say: run scripts/gen_docs.py {args.root} {args.program}")
        else:
            page.write_text(new)
    wrong += [f"no page has `<!-- generated: {name} -->`" for name in tables if name not in seen]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
