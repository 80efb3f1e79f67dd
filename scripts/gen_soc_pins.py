#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates how C++ reaches the ports of the SoC from their list in soc.v.

usage: gen_soc_pins.py ROOT OUT_DIR    writes soc_pins.h
"""
import pathlib
import re
import sys

from gen_registers import SPDX, write_if_changed
from verilog import Module

HEAD = f"""// {SPDX}
// Generated from rtl/soc.v by gen_soc_pins.py. Do not edit.
// The ports of soc.v in a Verilated model, whatever its number of harts. Values are packed little-endian in memory: a port with
// 8, 16 or 32 bits per hart is an array, one with a bit per hart or source has eight of them to a byte.
#pragma once

#include <cstdint>
#include <cstring>

namespace sim {{
"""


def element(port):
    """The C++ type of a port, or of the element of an array that it is in memory."""
    if not port["bits"]:
        return "std::uint8_t"
    match = re.fullmatch(r"\[(?:(\d+)\*)?[A-Z_]+-1:0\]", port["bits"])
    if match:
        bits = int(match.group(1) or 8)
    else:
        match = re.fullmatch(r"\[(\d+):0\]", port["bits"])
        if not match:
            sys.exit(f"soc.v: {port['name']}: cannot read {port['bits']}")
        bits = next((size for size in (8, 16, 32) if int(match.group(1)) < size), 0)
    if bits not in (8, 16, 32):
        sys.exit(f"soc.v: {port['name']}: has no array of C++ in {port['bits']}")
    return f"std::uint{bits}_t"


def pin(port):
    """The name without the suffix that tells a port's direction."""
    return re.sub(r"_[ioq]$", "", port["name"])


def header(ports):
    out = [HEAD, "struct Pins {"]
    heading = ""
    for port in ports:
        if port["heading"] != heading:
            heading = port["heading"]
            out.append(f"  // {heading}")
        const = "const " if port["kind"] == "output" else ""
        out.append(f"  {const}{element(port)}* {pin(port)};" + (f"  // {port['what']}" if port["what"] else ""))
    out += ["};", "", "template <typename Soc>", "[[nodiscard]] Pins pins_of(Soc& soc) {", "  return {"]
    for port in ports:
        const = "const " if port["kind"] == "output" else ""
        out.append(f"      .{pin(port)} = reinterpret_cast<{const}{element(port)}*>(&soc.{port['name']}),")
    out += ["  };", "}", "", "// All inputs 0: a model that starts from random registers starts from random inputs too.",
            "template <typename Soc>", "void clear_inputs(Soc& soc) {"]
    out += [f"  std::memset(&soc.{port['name']}, 0, sizeof soc.{port['name']});" for port in ports if port["kind"] == "input"]
    return "\n".join(out + ["}", "", "}  // namespace sim", ""])


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__.strip())
    root, out_dir = (pathlib.Path(argument).resolve() for argument in arguments)
    out_dir.mkdir(parents=True, exist_ok=True)
    write_if_changed(out_dir / "soc_pins.h", header(Module(root / "rtl" / "soc.v", root).ports))


if __name__ == "__main__":
    main(sys.argv[1:])
