# SPDX-License-Identifier: Apache-2.0
"""What every signal of the RTL holds at given cycles of a run, read from its waves; and where two runs differ in that.

Shared RAM is too big for waves. It changes by bus transfers alone, which the events and the bus registers stand for.
"""
import re
import subprocess

# What may differ, below TOP.soc: what asks how far may be skipped, and the answers, which are there only where it was asked.
# Of many bits are only wires and loop variables; a register among these has one bit, so that nothing can hide that counts.
EXEMPT = {
    r"sim_horizon_en_i|horizon_min\.(sim_horizon_en_i|en_q)": "whether this edge was asked",
    r"sim_horizon_o|sim_bark_horizon_o|horizon_min\.(sim_horizon_o|hart_i|device_i)": "the answers, and who has the least",
    r"stirred_q|horizon_min\.busy_i": "written only at edges that were asked, used only at the next one",
    r"tr_tgl_i|g_hart\[\d+\]\.hart\.(tr_tgl_i|trace\.(tgl_i|seen_q))":
        "modulo 2, how often the trace registers were written: the bridge does it where somebody could tell the difference",
}
EXEMPT_NAME = re.compile(r"TOP\.(soc\.)?(" + "|".join(EXEMPT) + ")")


def read_vcd(lines, times):
    """[{signal: bits}, for each of `times`, ascending] of a VCD's lines; a time stands for all that has happened by then."""
    lines = iter(lines)
    scopes, names = [], {}
    for line in lines:
        words = line.split()
        if words[:1] == ["$scope"]:
            scopes.append(words[2])
        elif words[:1] == ["$upscope"]:
            scopes.pop()
        elif words[:1] == ["$var"]:
            names.setdefault(words[3], []).append(".".join(scopes + [words[4]]))
        elif words[:1] == ["$enddefinitions"]:
            break
    states, now = [], {}
    left = list(times)

    def snapshot():
        states.append({name: now[code] for code, aliases in names.items() if code in now for name in aliases})
        left.pop(0)

    for line in lines:
        if line[0] == "#":
            while left and int(line[1:]) > left[0]:
                snapshot()
        elif line[0] == "b":
            bits, code = line[1:].split()
            now[code] = bits
        elif line[0] in "01xzXZ":
            now[line[1:].strip()] = line[0]
    while left:
        snapshot()
    return states


def states_at(fst, cycles, period):
    """The same of an FST; `period`: its time units per cycle. The end of a cycle is meant, its falling edge included."""
    vcd = subprocess.run(["fst2vcd", fst], stdout=subprocess.PIPE, text=True, check=True).stdout
    return read_vcd(vcd.splitlines(), [cycle * period + period // 2 for cycle in cycles])


def may_differ(signal, bits):
    """Whether a signal is exempt; a register of many bits never is, whatever its name."""
    return EXEMPT_NAME.fullmatch(signal) is not None and (len(bits) == 1 or not signal.endswith("_q"))


def differences(one, other):
    """[(signal, value, other value)] of two states, without what is exempt; a signal that one of them lacks differs."""
    pairs = [(signal, one.get(signal, "nothing"), other.get(signal, "nothing")) for signal in sorted(one.keys() | other.keys())]
    return [pair for pair in pairs if pair[1] != pair[2] and not may_differ(pair[0], pair[1])]
