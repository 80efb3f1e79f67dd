#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the timing diagrams of docs/rtl/ from waves of the running system: what they show has happened.

usage: gen_timing.py ROOT SCX_COSIM            redraws the parts between `<!-- drawn: NAME -->` and `<!-- end -->`
       gen_timing.py ROOT SCX_COSIM --check    exit 1 if a page is not what would be drawn

A column is a clock; what stands in it is what the edge that ends it sees. Needs fst2vcd, which comes with GTKWave.
"""
import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

DRAWN = re.compile(r"(<!-- drawn: ([a-z_]+) -->\n).*?(<!-- end -->)", re.S)
LABEL, CELL = 22, 6  # characters
HIGH, LOW = "▔", "▁"

SOC, HART, BUS = "TOP.soc.", "TOP.soc.g_hart[0].hart.", "TOP.soc.bus."
HART_PORT = yaml.safe_load((pathlib.Path(__file__).resolve().parent.parent / "rtl/registers.yaml").read_text())["hart"]
SHORT = {"COMPUTE": "COMP", "TRAPPED": "TRAP", "NOT_STARTED": "NOT"}


def short(name):
    """A name that fits into a cell."""
    return SHORT.get(name) or re.sub("^CSR_(.).*", r"CSR\1", name.removeprefix("AMO_"))


OPCODES = dict(enumerate(map(short, HART_PORT["opcodes"])))
STATUS = dict(enumerate(map(short, HART_PORT["statuses"])))

# The testbench changes them right before an edge, and the waves show them with it.
INPUTS = (HART + "op_tgl_i", HART + "opcode_i", SOC + "irq_src_i")

# Of looping_stall_mc1, every cycle clocked; name: variant, what is set.
RUNS = {
    "kick": ("kick", "waves={ around: breakout, before_us: 20, after_us: 20 }"),
    "bark": ("no_breakout", "waves={ around: hw_watchdog_bark, before_us: 20, after_us: 20 }"),
    "tick": ("kick", "waves={ around: tick, before_us: 20, after_us: 20 }"),
    "key": ("kick", "waves={ around: sysrq, before_us: 50, after_us: 20 }", "stimuli=[{ at: { us: 2000 }, press: sysrq-d }]"),
}


def bit(number=0):
    return lambda value: "line", lambda value: value >> number & 1


def flips():
    return lambda value: "flips", lambda value: value


def hexadecimal(mask=0xFFFFFFFF):
    return lambda value: "value", lambda value: f"{value & mask:x}"


def decimal(digits):
    return lambda value: "value", lambda value: str(value % 10**digits)


def named(names, mask):
    return lambda value: "value", lambda value: names[value & mask]


@dataclasses.dataclass
class Drawing:
    run: str
    begins: object           # (now, before) -> whether the clock it shows is there; both give a signal's value by its name
    before: int              # clocks shown before that one
    clocks: int
    rows: list               # [(label, signal, (kind, show))]
    starts: dict = dataclasses.field(default_factory=dict)


def rises(signal, number=0):
    return lambda now, before: (now(signal) & ~before(signal)) >> number & 1


DRAWINGS = {
    "bus": Drawing(
        "kick", lambda now, before: now(BUS + "grant_o") and now(BUS + "grant_addr_o") >= 0x80000000 and not before(BUS + "req_i"),
        1, 7,
        [("req_i", BUS + "req_i", bit()), ("grant_o", BUS + "grant_o", bit()), ("strobe_q (RAM)", BUS + "strobe_q", bit(0)),
         ("done_q", BUS + "done_q", bit()), ("attn_o of the hart", HART + "attn_o", bit())]),
    "ops": Drawing(
        "kick", lambda now, before: now(HART + "attn_o") and now(HART + "op_tgl_i") != before(HART + "op_tgl_i")
        and OPCODES[now(HART + "opcode_i")] == "CSRC" and before(HART + "mstatus_mie_q"), 1, 7,
        [("attn_o", HART + "attn_o", bit()), ("op_tgl_i", HART + "op_tgl_i", flips()), ("opcode_i", HART + "opcode_i", named(OPCODES, 31)),
         ("rsp_status_o[1:0]", HART + "rsp_status_o", named(STATUS, 3)), ("MIE", HART + "mstatus_mie_q", bit())]),
    "trap": Drawing(
        "kick", lambda now, before: now(HART + "msip_i") and now(HART + "op_tgl_i") != before(HART + "op_tgl_i")
        and OPCODES[now(HART + "opcode_i")] == "CSRS", 1, 11,
        [("msip_i", HART + "msip_i", bit()), ("attn_o", HART + "attn_o", bit()), ("op_tgl_i", HART + "op_tgl_i", flips()),
         ("opcode_i", HART + "opcode_i", named(OPCODES, 31)), ("rsp_status_o[1:0]", HART + "rsp_status_o", named(STATUS, 3)),
         ("MIE", HART + "mstatus_mie_q", bit()), ("MPIE", HART + "mstatus_mpie_q", bit())]),
    "mswi": Drawing(
        "kick", lambda now, before: now(BUS + "strobe_q") >> 1 & 1 and now(BUS + "we_q") and now(BUS + "data_q") & 1, 1, 8,
        [("req_i", BUS + "strobe_q", bit(1)), ("we_i", BUS + "we_q", bit()), ("wdata_i", BUS + "data_q", hexadecimal()),
         ("msip_o", HART + "msip_i", bit())]),
    "mtimer": Drawing(
        "tick", rises(HART + "mtip_i"), 3, 7,
        [("MTIME (last 4 digits)", SOC + "mtime", decimal(4)), ("MTIMECMP (same)", SOC + "mtimer.mtimecmp_q", decimal(4)),
         ("mtip_o", HART + "mtip_i", bit())]),
    "plic": Drawing(
        "key", rises(SOC + "irq_src_i"), 1, 6,
        [("src_i[3]", SOC + "irq_src_i", bit(0)), ("PENDING[3]", SOC + "plic.pending_q", bit(3)), ("eip_o", HART + "meip_i", bit())]),
    "swdt": Drawing(
        "bark", rises(SOC + "evt_bark_o"), 2, 6,
        [("bark_evt_o", SOC + "evt_bark_o", bit()), ("bark_nmi_o", HART + "nmi_i", bit()), ("NMI pending (hart)", HART + "nmi_pending_q", bit())]),
}


# --- waves ----------------------------------------------------------------------------------------------------------


def clocks_of(vcd, wanted):
    """The values of the signals `wanted` by name, clock by clock."""
    scope, names, values, clock = [], {}, {}, None
    for line in vcd:
        words = line.split()
        if not words:
            continue
        if words[0] == "$scope":
            scope.append(words[2])
        elif words[0] == "$upscope":
            scope.pop()
        elif words[0] == "$var":
            name = ".".join(scope + [words[4].split("[")[0] if len(words) > 6 else words[4]])
            if name in wanted:
                names.setdefault(words[3], []).append(name)
            if name == SOC + "clk":
                clock = words[3]
        elif line[0] in "01xz" and line[1:].strip() == clock:
            if line[0] == "1":
                yield dict(values)
        elif line[0] in "01xz" and line[1:].strip() in names:
            for name in names[line[1:].strip()]:
                values[name] = int(line[0] == "1")
        elif line[0] == "b" and words[1] in names:
            for name in names[words[1]]:
                values[name] = int(re.sub("[xz]", "0", words[0][1:]), 2)


def waves_of(program, run, folder, wanted):
    scenario = "looping_stall_mc1"
    variant, *settings = RUNS[run]
    sets = [word for setting in settings + ["expect=[{ never: invariant }]"] for word in ("--set", setting)]
    subprocess.run([program, "run", scenario, "--variant", variant, "--no-skip", "--quiet", *sets, "--out", folder], check=True)
    vcd = folder / "waves.vcd"
    subprocess.run(["fst2vcd", folder / scenario / variant / "waves.fst", "-o", vcd], check=True)
    with vcd.open() as lines:
        clocks = list(clocks_of(lines, wanted))
    for values, following in zip(clocks, clocks[1:]):
        values.update({name: following[name] for name in INPUTS if name in following})
    missing = wanted - set(clocks[-1])
    if missing:
        sys.exit(f"no such signals: {' '.join(sorted(missing))}")
    return clocks


# --- drawing --------------------------------------------------------------------------------------------------------


def draw(drawing, clocks):
    for at in range(drawing.before + 1, len(clocks) - drawing.clocks):
        if len(clocks[at - drawing.before - 1]) == len(clocks[-1]) and drawing.begins(clocks[at].__getitem__, clocks[at - 1].__getitem__):
            break
    else:
        sys.exit("what is to be drawn never happens")
    shown = clocks[at - drawing.before:at - drawing.before + drawing.clocks]
    lines = [f"{'clock':{LABEL}}" + "".join(f"{index + 1:<{CELL}}" for index in range(len(shown))).rstrip()]
    for label, signal, (kind, show) in drawing.rows:
        line, last = f"{label:{LABEL}}", None
        for values in shown:
            value = show(values[signal])
            if kind(value) == "line":
                line += (HIGH if value else LOW) * CELL
            elif kind(value) == "flips":
                line += f"{'flips' if last not in (None, value) else '':{CELL}}"
            else:
                line += f"{'' if value == last else value:{CELL}}"
            last = value
        lines.append(line.rstrip())
    return "```\n" + "\n".join(lines) + "\n```\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    wanted = {signal for drawing in DRAWINGS.values() for _, signal, _ in drawing.rows}
    wanted |= {BUS + name for name in ("req_i", "grant_addr_o", "we_q", "data_q")} | {HART + "opcode_i"}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        clocks = {run: waves_of(args.program.resolve(), run, folder / run, wanted)
                  for run in {drawing.run for drawing in DRAWINGS.values()}}
    pictures = {name: draw(drawing, clocks[drawing.run]) for name, drawing in DRAWINGS.items()}
    stale, unused = [], set(pictures)
    for page in sorted((args.root / "docs/rtl").glob("*.md")):
        old = page.read_text()
        unused -= {name for _, name, _ in DRAWN.findall(old)}
        new = DRAWN.sub(lambda found: found.group(1) + "\n" + pictures[found.group(2)] + "\n" + found.group(3), old)
        if new != old and args.check:
            stale.append(f"{page}: stale: run {parser.prog} {args.root} {args.program}")
        elif new != old:
            page.write_text(new)
    if unused:
        stale.append(f"drawn on no page: {' '.join(sorted(unused))}")
    if stale:
        sys.exit("\n".join(stale))


if __name__ == "__main__":
    main()
