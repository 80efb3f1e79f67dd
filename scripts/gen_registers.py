#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates what RTL, firmware and documentation know about registers from one list.

usage: gen_registers.py registers.yaml OUT_DIR             writes regs.vh and platform.h
       gen_registers.py registers.yaml --markdown FILE     writes the address map
       gen_registers.py registers.yaml --markdown FILE --check   exit 1 if FILE is not what would be written
"""
import argparse
import pathlib
import sys

import yaml

ACCESS = ("RW", "RO", "WO", "RW1C", "RW0C", "RW1S")
SYMBOLIC_RESETS = ("build", "channel")  # known only to the build, or to the array entry
NOTICE = "Generated from registers.yaml by gen_registers.py. Do not edit."
SPDX = "SPDX-License-Identifier: Apache-2.0"


def camel(name):
    return "".join(part[:1].upper() + part[1:].lower() for part in name.split("_"))


def mask(field):
    return ((1 << field["width"]) - 1) << field["lsb"]


def fields_of(item):
    return item.get("fields", [])


def field_prefix(reg, field):
    return f"k{camel(reg['name'])}{camel(field['name'])}"


def slaves(spec):
    """[(name, base, size)] of the bus slaves, by number."""
    ram = spec["ram"]
    found = [("RAM", ram["base"], ram["size_default"])]
    for name, block in spec["blocks"].items():
        copies = block.get("instances", 1)
        for copy in range(copies):
            base = block["base"] + block.get("first", 0) + copy * block.get("instance_stride", 0)
            found.append((name.upper() + (str(copy) if copies > 1 else ""), base, block["size"]))
    return found


def trace_registers(spec):
    return [csr for csr in spec["csrs"] if "trace" in csr]


# --- checks ---------------------------------------------------------------------------------------------------------


def fail(what):
    sys.exit(f"registers.yaml: {what}")


def addresses(reg):
    """First and last byte offset a register (array) occupies."""
    last = reg["offset"] + sum(dim["stride"] * (dim["count"] - 1) for dim in reg.get("array", []))
    return reg["offset"], last + 3


def check_fields(where, fields):
    used = 0
    for field in fields:
        if field["width"] < 1 or field["lsb"] + field["width"] > 32:
            fail(f"{where}.{field['name']}: does not fit into 32 bits")
        if used & mask(field):
            fail(f"{where}.{field['name']}: overlaps another field")
        used |= mask(field)
        for name, value in field.get("values", {}).items():
            if value >> field["width"]:
                fail(f"{where}.{field['name']}.{name}: value {value} does not fit")


def check_block(name, block):
    first = block.get("first", 0)
    seen = {}
    for reg in block["registers"]:
        where = f"{name}.{reg['name']}"
        if reg["access"] not in ACCESS:
            fail(f"{where}: unknown access {reg['access']}")
        low, high = addresses(reg)
        if low % 4 or low < first or high >= first + block["size"]:
            fail(f"{where}: misaligned or outside of the block")
        reset = reg.get("reset", 0)
        if reset not in SYMBOLIC_RESETS and not (isinstance(reset, int) and 0 <= reset < 1 << 32):
            fail(f"{where}: reset {reset} is no word")
        if seen.setdefault(low, where) != where:
            fail(f"{where}: same offset as {seen[low]}")
        check_fields(where, fields_of(reg))


def check(spec):
    for name, block in spec["blocks"].items():
        check_block(name, block)
    ranges = sorted((base, base + size, name) for name, base, size in slaves(spec))
    for (_, end, name), (start, _, other) in zip(ranges, ranges[1:]):
        if start < end:
            fail(f"slaves {name} and {other} overlap")
    for csr in spec["csrs"]:
        check_fields(csr["name"], fields_of(csr))
    check_fields("hart.response", spec["hart"]["response"])
    if any(field["lsb"] + field["width"] > 8 for field in spec["hart"]["response"]):
        fail("hart.response: does not fit into a byte")


# --- regs.vh --------------------------------------------------------------------------------------------------------


def define(out, name, value):
    out.append(f"`define {name} {value}")


def vh_fields(out, prefix, fields):
    for field in fields:
        define(out, f"{prefix}_{field['name']}_LSB", field["lsb"])
        define(out, f"{prefix}_{field['name']}_MASK", f"32'h{mask(field):08X}")
        for name, value in field.get("values", {}).items():
            define(out, f"{prefix}_{field['name']}_{name}", f"{field['width']}'d{value}")


def vh_block(out, name, block):
    prefix = name.upper()
    out.append(f"\n// {block['title']}")
    define(out, f"{prefix}_BASE", f"32'h{block['base']:08X}")
    define(out, f"{prefix}_SIZE", f"32'h{block['size']:08X}")
    if "per_instance" in block:
        define(out, f"{prefix}_PER_INSTANCE", block["per_instance"])
    for reg in block["registers"]:
        reg_prefix = f"{prefix}_{reg['name']}"
        define(out, reg_prefix, f"26'h{reg['offset']:07X}")
        for dim in reg.get("array", []):
            define(out, f"{reg_prefix}_{dim['index'].upper()}_STRIDE", f"26'h{dim['stride']:07X}")
        if isinstance(reg.get("reset", 0), int):
            define(out, f"{reg_prefix}_RESET", f"32'h{reg.get('reset', 0):08X}")
        vh_fields(out, reg_prefix, fields_of(reg))


def vh_slaves(out, spec):
    found = slaves(spec)
    out.append("\n// Slaves of the bus: numbers, and vectors of 32 bits per slave, slave 0 on the right")
    define(out, "RAM_BASE", f"32'h{spec['ram']['base']:08X}")
    define(out, "RAM_SIZE_DEFAULT", f"32'h{spec['ram']['size_default']:08X}")
    define(out, "NUM_SLAVES", len(found))
    for number, (name, _, _) in enumerate(found):
        define(out, f"SLAVE_{name}", number)
    define(out, "SLAVE_BASES", "{" + ", ".join(f"32'h{base:08X}" for _, base, _ in reversed(found)) + "}")
    define(out, "SLAVE_SIZES", "{" + ", ".join(f"32'h{size:08X}" for _, _, size in reversed(found)) + "}")


def vh_response(out, fields):
    """The bits of each field, as one writes them between brackets."""
    for field in fields:
        high = field["lsb"] + field["width"] - 1
        define(out, f"RSP_{field['name']}", high if field["width"] == 1 else f"{high}:{field['lsb']}")


def verilog(spec):
    out = [f"// {SPDX}", f"// {NOTICE}", "// Offsets count from the base of the block (26 bits); _LSB and _MASK belong to fields.",
           "`ifndef REGS_VH", "`define REGS_VH"]
    for name, value in spec["limits"].items():
        define(out, name, f"32'h{value:08X}")
    for name, block in spec["blocks"].items():
        vh_block(out, name, block)
    vh_slaves(out, spec)
    out.append("\n// Interrupt numbers")
    for name, number in spec["interrupts"]["causes"].items():
        define(out, f"IRQ_{name}", number)
    for name, number in spec["interrupts"]["plic_sources"].items():
        define(out, f"PLIC_SOURCE_{name}", number)
    out.append("\n// Hart port")
    for number, name in enumerate(spec["hart"]["opcodes"]):
        define(out, f"OP_{name}", f"5'd{number}")
    for number, name in enumerate(spec["hart"]["statuses"]):
        define(out, f"STATUS_{name}", f"2'd{number}")
    vh_response(out, spec["hart"]["response"])
    out.append("\n// CSRs")
    for csr in spec["csrs"]:
        define(out, f"CSR_{csr['name']}", f"12'h{csr['number']:03X}")
        vh_fields(out, f"CSR_{csr['name']}", fields_of(csr))
    out += ["`endif", ""]
    return "\n".join(out)


# --- platform.h -----------------------------------------------------------------------------------------------------


def constant(out, name, value, comment="", kind="uint32_t"):
    out.append(f"inline constexpr {kind} {name} = {value};" + (f"  // {comment}" if comment else ""))


def cpp_fields(out, reg):
    for field in fields_of(reg):
        prefix = field_prefix(reg, field)
        constant(out, prefix, f"0x{mask(field):08X}")
        constant(out, f"{prefix}Shift", field["lsb"])
        for name, value in field.get("values", {}).items():
            constant(out, f"{prefix}{camel(name)}", value)


def cpp_address(block, reg):
    """One constexpr function: the address of a register, whichever copy of the block it lives in."""
    dims = reg.get("array", [])
    params = [f"uint32_t {dim['index']}" for dim in dims]
    terms = [f"kBase + 0x{reg['offset']:X}u"]
    per_instance = block.get("per_instance")
    for level, dim in enumerate(dims):
        index = dim["index"]
        if level == 0 and per_instance:
            terms.append(f"{index} / {per_instance}u * 0x{block['instance_stride']:X}u")
            index = f"{index} % {per_instance}u"
        terms.append(f"{index} * {dim['stride']}u")
    if not dims and block.get("instances", 1) > 1:
        params.append("uint32_t instance = 0")
        terms.append(f"instance * 0x{block['instance_stride']:X}u")
    return f"constexpr uint32_t {reg['name'].lower()}({', '.join(params)}) {{ return {' + '.join(terms)}; }}"


def cpp_block(out, name, block):
    out += [f"// {block['title']}.", f"namespace {name} {{"]
    constant(out, "kBase", f"0x{block['base']:08X}")
    constant(out, "kSize", f"0x{block['size']:X}")
    if "per_instance" in block:
        constant(out, "kInstances", block["instances"])
        constant(out, "kPerInstance", block["per_instance"])
    for reg in block["registers"]:
        out.append(f"// {reg['access']}: {reg['what']}.")
        out.append(cpp_address(block, reg))
        if isinstance(reg.get("reset", 0), int):
            constant(out, f"k{camel(reg['name'])}Reset", f"0x{reg.get('reset', 0):08X}")
        cpp_fields(out, reg)
    out += [f"}}  // namespace {name}", ""]


def cpp_enum(out, name, items):
    out.append(f"enum class {name} : uint8_t {{")
    out += [f"  k{camel(item)} = {number}," for number, item in enumerate(items)]
    out.append("};")


def cpp_names(out, name, items):
    out.append(f"inline constexpr const char* {name}[] = {{" + ", ".join(f'"{item}"' for item in items) + "};")


def cpp_trace_registers(out, spec):
    found = trace_registers(spec)
    cpp_enum(out, "TraceRegister", [csr["trace"] for csr in found])
    constant(out, "kTraceRegisters", len(found), kind="unsigned")
    shared = " || ".join(f"reg == TraceRegister::k{camel(csr['trace'])}" for csr in found if csr.get("shared"))
    out.append("// Whether other harts than its own write it.")
    out.append(f"constexpr bool is_shared(TraceRegister reg) {{ return {shared}; }}")


def cpp_hart(out, spec):
    hart = spec["hart"]
    out += ["// The hart port: what a hart is asked to do, and how it answers.", "namespace hart {"]
    cpp_enum(out, "Opcode", hart["opcodes"])
    constant(out, "kOpcodes", len(hart["opcodes"]), kind="unsigned")
    cpp_names(out, "kOpcodeNames", hart["opcodes"])
    cpp_enum(out, "Status", hart["statuses"])
    out.append("// The byte rsp_status of one hart.")
    cpp_fields(out, {"name": "rsp", "fields": hart["response"]})
    out.append("// What software shows of itself on a hart.")
    cpp_trace_registers(out, spec)
    out += ["}  // namespace hart", ""]


def cpp(spec):
    out = [f"// {SPDX}", f"// {NOTICE}", "// Freestanding. Register functions give bus addresses; constants without Shift are masks.",
           "#pragma once", "", "#include <stdint.h>", "", "namespace platform {", ""]
    for name, value in spec["limits"].items():
        constant(out, f"k{camel(name)}", f"0x{value:X}")
    out.append("")
    for name, block in spec["blocks"].items():
        cpp_block(out, name, block)
    out.append("namespace ram {")
    constant(out, "kBase", f"0x{spec['ram']['base']:08X}")
    constant(out, "kSizeDefault", f"0x{spec['ram']['size_default']:X}")
    out += ["}  // namespace ram", "", "// Interrupt numbers: bit in mip and mie, code in mcause."]
    for name, number in spec["interrupts"]["causes"].items():
        constant(out, f"kIrq{camel(name)}", number)
    out.append("// PLIC source ids; test sources count up from kPlicSourceTest.")
    for name, number in spec["interrupts"]["plic_sources"].items():
        constant(out, f"kPlicSource{camel(name)}", number)
    out.append("")
    cpp_hart(out, spec)
    out += ["// CSR numbers and the masks of their fields.", "namespace csr {"]
    for csr in spec["csrs"]:
        constant(out, f"k{camel(csr['name'])}", f"0x{csr['number']:03X}")
        cpp_fields(out, csr)
    out += ["}  // namespace csr", "", "}  // namespace platform", ""]
    return "\n".join(out)


# --- markdown -------------------------------------------------------------------------------------------------------


def md_offset(reg):
    text = f"0x{reg['offset']:X}"
    for dim in reg.get("array", []):
        text += f" + 0x{dim['stride']:X}*{dim['index']}"
    return f"`{text}`"


def md_fields(reg):
    parts = []
    for field in fields_of(reg):
        high = field["lsb"] + field["width"] - 1
        bits = str(high) if field["width"] == 1 else f"{high}:{field['lsb']}"
        values = ", ".join(f"{value} {name}" for name, value in field.get("values", {}).items())
        parts.append(f"[{bits}] {field['name']}" + (f" ({values})" if values else ""))
    return "; ".join(parts)


def md_range(block):
    start = block["base"] + block.get("first", 0)
    return f"`0x{start:08X}`-`0x{start + block['size'] - 1:08X}`"


def md_instances(block):
    if "per_instance" not in block:
        return ""
    return f"{block['instances']} instances, 0x{block['instance_stride']:X} bytes apart, for {block['per_instance']} harts each."


def md_block(name, block):
    """The registers of one block, for its page in docs/rtl/."""
    out = [f"Range {md_range(block)}, offsets from `0x{block['base']:08X}`. {md_instances(block)}".rstrip(), "",
           "| Offset | Name | Access | Reset | Fields | Meaning |", "|---|---|---|---|---|---|"]
    for reg in block["registers"]:
        reset = reg.get("reset", 0)
        reset = f"`0x{reset:X}`" if isinstance(reset, int) else reset
        out.append(f"| {md_offset(reg)} | {reg['name']} | {reg['access']} | {reset} | {md_fields(reg)} | {reg['what']} |")
    return out


def md_csrs(spec):
    out = ["| Number | Name | Fields |", "|---|---|---|"]
    return out + [f"| `0x{csr['number']:03X}` | {csr['name'].lower()} | {md_fields(csr)} |" for csr in spec["csrs"]]


def md_opcodes(spec):
    out = ["| Code | Opcode |", "|---|---|"]
    out += [f"| {number} | {name} |" for number, name in enumerate(spec["hart"]["opcodes"])]
    out += ["", "| Code | Status |", "|---|---|"]
    out += [f"| {number} | {name} |" for number, name in enumerate(spec["hart"]["statuses"])]
    return out + ["", "Fields of the response: " + md_fields({"fields": spec["hart"]["response"]}) + "."]


def markdown(spec):
    """The address map: where each block is, and which page has its registers."""
    out = [f"<!-- {SPDX} -->", f"<!-- {NOTICE} -->", "# Address map", "",
           "Registers, CSRs and op codes are declared once, in `rtl/registers.yaml`; what RTL, firmware and these pages know of",
           "them is generated from it.", "", "| Range | Block | Slave of the bus | What | Registers |", "|---|---|---|---|---|"]
    numbers = {name: number for number, (name, _, _) in enumerate(slaves(spec))}
    blocks = sorted(spec["blocks"].items(), key=lambda item: item[1]["base"] + item[1].get("first", 0))
    for name, block in blocks:
        what = f"{block['title']}. {md_instances(block)}".rstrip()
        copies = block.get("instances", 1)
        own = [str(numbers[name.upper() + (str(copy) if copies > 1 else "")]) for copy in range(copies)]
        out.append(f"| {md_range(block)} | {name} | {', '.join(own)} | {what} | [soc_{name}](rtl/soc_{name}.md#registers) |")
    ram = spec["ram"]
    out.append(f"| `0x{ram['base']:08X}`-`0x{ram['base'] + ram['size_default'] - 1:08X}` | ram | {numbers['RAM']} | shared RAM, with atomics; default size "
               "| [soc_ram](rtl/soc_ram.md) |")
    out += ["", "CSRs and op codes: [soc_hart](rtl/soc_hart.md).", "", "## Interrupts", "", "| Number | mip/mie bit |", "|---|---|"]
    out += [f"| {number} | {name} |" for name, number in spec["interrupts"]["causes"].items()]
    out += ["", "| PLIC source | Driven by |", "|---|---|"]
    out += [f"| {number} | {name} |" for name, number in spec["interrupts"]["plic_sources"].items()]
    return "\n".join(out + [""])


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("registers", type=pathlib.Path)
    parser.add_argument("out_dir", type=pathlib.Path, nargs="?")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--check", action="store_true", help="compare FILE instead of writing it")
    args = parser.parse_args()
    if not args.out_dir and not args.markdown:
        parser.error("nothing to write: give OUT_DIR or --markdown FILE")

    spec = yaml.safe_load(args.registers.read_text())
    check(spec)
    if args.out_dir:
        args.out_dir.mkdir(parents=True, exist_ok=True)
        write_if_changed(args.out_dir / "regs.vh", verilog(spec))
        write_if_changed(args.out_dir / "platform.h", cpp(spec))
    if args.markdown and args.check:
        if not args.markdown.exists() or args.markdown.read_text() != markdown(spec):
            sys.exit(f"{args.markdown} is stale: run {parser.prog} {args.registers} --markdown {args.markdown}")
    elif args.markdown:
        write_if_changed(args.markdown, markdown(spec))


if __name__ == "__main__":
    main()
