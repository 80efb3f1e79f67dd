#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates trace_events.h (freestanding emitters), event_schema.h (reader tables), event_names.h (constants for what reads
logs) and translate files from events.yaml.

usage: gen_events.py events.yaml OUT_DIR
"""
import hashlib
import pathlib
import sys

import yaml

SCALARS = ("u64", "s64", "bool")
TEXTS = ("comm", "str")
KEYWORDS = {"class": "class_"}


def enum_items(values):
    if isinstance(values, dict):
        return sorted(values.items())
    return list(enumerate(values))


def camel(name):
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def param_type(kind):
    if kind in TEXTS:
        return "const char*"
    return {"u64": "uint64_t", "s64": "int64_t", "bool": "bool"}.get(kind, camel(kind))


def emitters(spec, digest):
    out = ["// Generated from events.yaml by gen_events.py. Do not edit.", "#pragma once", "#include <stdint.h>",
           '#include "firmware/kernel/trace/encode.h"', "", "namespace trace {", ""]
    for name, values in spec["enums"].items():
        out.append(f"enum class {camel(name)} : uint16_t {{")
        out += [f"  k{camel(str(item))} = {value}," for value, item in enum_items(values)]
        out += ["};", ""]
        if isinstance(values, list):
            out.append(f"inline const char* name_of({camel(name)} value) {{")
            out.append("  static constexpr const char* kNames[] = {" + ", ".join(f'"{v}"' for v in values) + "};")
            out += ["  return kNames[static_cast<uint16_t>(value)];", "}", ""]
    out.append("enum class Event : uint8_t {")
    out += [f"  k{camel(e['name'])} = {i}," for i, e in enumerate(spec["events"])]
    out += ["};", f"inline constexpr unsigned kNrEvents = {len(spec['events'])};",
            f"inline constexpr uint64_t kSchemaDigest = 0x{digest};", ""]
    for e in spec["events"]:
        fields = e["fields"]
        params = ", ".join(f"{param_type(k)} {KEYWORDS.get(f, f)}" for f, k in fields.items())
        out.append(f"inline void {e['name']}({params}) {{")
        out.append("  Encoder encoder;")
        for f, k in fields.items():
            arg = KEYWORDS.get(f, f)
            if k in TEXTS:
                out.append(f"  encoder.put_text({arg});")
            elif k == "s64":
                out.append(f"  encoder.put_s64({arg});")
            elif k in SCALARS:
                out.append(f"  encoder.put_u64({arg});")
            else:
                out.append(f"  encoder.put_u64(static_cast<uint64_t>({arg}));")
        out += [f"  encoder.emit(static_cast<uint8_t>(Event::k{camel(e['name'])}));", "}", ""]
    out += ["}  // namespace trace", ""]
    return "\n".join(out)


def schema(spec, digest):
    out = ["// Generated from events.yaml by gen_events.py. Do not edit.", "#pragma once", "#include <array>",
           "#include <cstdint>", "#include <span>", "#include <string_view>", "", "namespace trace::schema {", "",
           "enum class FieldType : std::uint8_t { kU64, kS64, kBool, kComm, kStr, kEnum };",
           "struct EnumName { std::uint64_t value; std::string_view name; };",
           "struct Enum { std::string_view name; std::span<const EnumName> names; };",
           "struct Field { std::string_view name; FieldType type; const Enum* values; };  // values: kEnum only",
           "struct EventType { std::string_view name; bool verbose; std::span<const Field> fields; };",
           "",
           f"inline constexpr std::uint64_t kDigest = 0x{digest};", ""]
    for name, values in spec["enums"].items():
        items = ", ".join(f'{{{v}, "{n}"}}' for v, n in enum_items(values))
        count = len(enum_items(values))
        out.append(f"inline constexpr std::array<EnumName, {count}> k{camel(name)}Names{{{{{items}}}}};")
        out.append(f'inline constexpr Enum k{camel(name)}{{"{name}", k{camel(name)}Names}};')
    out.append("inline constexpr std::array kEnums{" + ", ".join(f"&k{camel(n)}" for n in spec["enums"]) + "};")
    out.append("")
    for e in spec["events"]:
        rows = []
        for f, k in e["fields"].items():
            kind = {"u64": "kU64", "s64": "kS64", "bool": "kBool", "comm": "kComm", "str": "kStr"}.get(k, "kEnum")
            values = f"&k{camel(k)}" if kind == "kEnum" else "nullptr"
            rows.append(f'{{"{f}", FieldType::{kind}, {values}}}')
        out.append(f"inline constexpr std::array<Field, {len(rows)}> kFieldsOf{camel(e['name'])}{{{{{', '.join(rows)}}}}};")
    out.append("")
    out.append(f"inline constexpr std::array<EventType, {len(spec['events'])}> kEvents{{{{")
    for e in spec["events"]:
        verbose = "true" if e.get("level") == "verbose" else "false"
        out.append(f'    {{"{e["name"]}", {verbose}, kFieldsOf{camel(e["name"])}}},')
    out += ["}};", "", "}  // namespace trace::schema", ""]
    return "\n".join(out)


def names(spec):
    """Ids of events, places of fields, values of enums: kKick, kKickFlags, kCauseNmi."""
    constants = {}

    def add(name, kind, value):
        if constants.setdefault(name, (kind, value)) != (kind, value):
            sys.exit(f"events.yaml: two things would be called {name} in event_names.h")

    for i, e in enumerate(spec["events"]):
        add(f"k{camel(e['name'])}", "std::uint8_t", i)
        for place, field in enumerate(e["fields"]):
            add(f"k{camel(e['name'])}{camel(field)}", "std::size_t", place)
    for enum, values in spec["enums"].items():
        for value, item in enum_items(values):
            add(f"k{camel(enum)}{camel(str(item))}", "std::uint64_t", value)
    out = ["// Generated from events.yaml by gen_events.py. Do not edit.", "#pragma once", "#include <cstddef>", "#include <cstdint>", "",
           "namespace events {", ""]
    out += [f"inline constexpr {kind} {name} = {value};" for name, (kind, value) in constants.items()]
    return "\n".join(out + ["", "}  // namespace events", ""])


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    source, out_dir = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    text = source.read_text()
    spec = yaml.safe_load(text)
    for e in spec["events"]:
        for f, k in e["fields"].items():
            if k not in SCALARS + TEXTS and k not in spec["enums"]:
                sys.exit(f"{source}: event {e['name']}, field {f}: unknown type {k}")
    for e in spec["events"]:
        e.pop("doc", None)  # other words about an event leave logs readable
    digest = hashlib.sha256(yaml.dump(spec, sort_keys=False).encode()).hexdigest()[:16]
    out_dir.mkdir(parents=True, exist_ok=True)
    write_if_changed(out_dir / "trace_events.h", emitters(spec, digest))
    write_if_changed(out_dir / "event_schema.h", schema(spec, digest))
    write_if_changed(out_dir / "event_names.h", names(spec))
    translate = out_dir / "translate"
    translate.mkdir(exist_ok=True)
    for name, values in spec["enums"].items():
        write_if_changed(translate / f"{name}.txt", "".join(f"{v:x} {n}\n" for v, n in enum_items(values)))


if __name__ == "__main__":
    main()
