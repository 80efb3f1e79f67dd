#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of the waves of real runs.

usage: check_waves.py CHECK SCX_COSIM RUNS

  runs     makes the runs that the other checks look at
  views    every signal of every view is loaded by GTKWave, which drops a name it cannot find without a word
  names    every value that occurs has a name; the hart's states are called as in the RTL
  markers  markers are the moments that each run must have, at cycles where the event log has them
  aligned  three variants in one dump, their first trapped balances at one time, every signal loaded
  stories  what failed and what was warned of, from the cause to the effect; times and events
  parting  two runs in one dump, at the place where they part, and at an event
  surfer   command files and mappings keep to Surfer's syntax and name what is in the dump
  verb     pictures, waves made afterwards, and what the verb refuses
"""
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys

KICK, RESCHED, NO_BREAKOUT, RECOVERY = "looping_stall/kick", "looping_stall/resched_curr", "looping_stall/no_breakout", "recovery/kick"
ONE_HART = "looping_stall_mc1/kick"
VIEWS = ["overview", "breakout", "kick", "ipi", "watchdog"]

EVENT_OF = {"loop start": "balance_enter", "breakout": "breakout", "kick": "kick", "irq_work taken": "irq_work_run",
            "fresh balance": "balance_enter", "bark": "hw_watchdog_bark", "sysrq": "sysrq", "watchdog miss": "watchdog_miss",
            "error": "scx_error", "bypass": "bypass", "disabled": "scx_disable"}
# What the windows of these runs must show, in this order; a moment that only some runs have may be missing.
WANTED = {KICK: ["loop start", "breakout", "kick", "irq_work taken", "fresh balance"],
          RESCHED: ["loop start", "breakout", "fresh balance"],
          NO_BREAKOUT: ["loop start", "bark"],
          RECOVERY: ["error", "bypass", "disabled"]}
OPTIONAL = ["watchdog miss"]
PERIOD = 10_000  # ps per cycle of these machines


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=200, **more)


def wave(cosim, *arguments, **more):
    return run(cosim, "wave", *arguments, **more)


def prepared(cosim, *arguments):
    """The save file that the verb has written for these arguments."""
    done = wave(cosim, *arguments, "--print")
    assert done.returncode == 0, done.stderr
    return pathlib.Path(done.stdout.split()[-1])


def make_runs(cosim, runs):
    shutil.rmtree(runs, ignore_errors=True)
    for arguments in (["looping_stall"], ["looping_stall_mc1", "--variant", "kick"], ["recovery", "--variant", "kick"]):
        done = run(cosim, "run", *arguments, "--out", runs)
        assert done.returncode == 0, done.stdout + done.stderr
    assert f"waves    {cosim} wave {runs}/{KICK}" not in done.stdout
    assert f"waves    {cosim} wave {runs}/{RECOVERY}\n" in done.stdout, done.stdout


# --- GTKWave ------------------------------------------------------------------------------------------------------------

def listed_signals(save_file):
    return re.findall(r"^\+\{[^}]*\} (\S+)$", save_file.read_text(), re.M)


def loaded_signals(save_file):
    out = save_file.with_suffix(".loaded")
    script = save_file.with_suffix(".tcl")
    script.write_text(f'set out [open "{out}" w]\nforeach name [gtkwave::getDisplayedSignals] {{ puts $out $name }}\n'
                      "close $out\ngtkwave::/File/Quit\n")
    run("xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", "gtkwave", save_file.parent / "waves.fst", save_file, "-S", script,
        check=True)
    return out.read_text().split()


def check_loads(save_file):
    listed = listed_signals(save_file)
    assert len(listed) > 6, f"only {len(listed)} signals listed"
    loaded = loaded_signals(save_file)
    assert loaded == listed, f"{save_file}: not loaded: {sorted(set(listed) - set(loaded))}"
    return listed


def check_views(cosim, runs):
    seen = set()
    for view in VIEWS:
        seen.update(check_loads(prepared(cosim, runs / NO_BREAKOUT, "--view", view)))
    assert len(seen) > 100, len(seen)
    for view in VIEWS[2:]:  # one hart: sets of harts are of one bit, and still have a range
        check_loads(prepared(cosim, runs / ONE_HART, "--view", view))
    print(f"{len(seen)} signals in {len(VIEWS)} views")
    save_file = runs / NO_BREAKOUT / "waves.gtkw"
    broken = save_file.with_name("waves-broken.gtkw")
    broken.write_text(save_file.read_text().replace(listed_signals(save_file)[0], "TOP.no.such.signal", 1))
    assert loaded_signals(broken) != listed_signals(broken), "a misspelt name went unnoticed"


# --- the dump -----------------------------------------------------------------------------------------------------------

class Dump:
    """Names in an FST, and what happens to those of them that `wanted` takes."""

    def __init__(self, fst, wanted=lambda name: False):
        self.codes, self.changes = {}, {}
        header, _, body = run("fst2vcd", fst, check=True).stdout.partition("$enddefinitions $end\n")
        scopes = []
        for words in map(str.split, header.splitlines()):
            if words[:1] == ["$scope"]:
                scopes.append(words[2])
            elif words[:1] == ["$upscope"]:
                scopes.pop()
            elif words[:1] == ["$var"]:
                name = ".".join(scopes + [words[4]]) + (words[5] if words[5].startswith("[") else "")
                self.codes[name] = words[3]
                if wanted(name):
                    self.changes.setdefault(words[3], [])
        time = 0
        for line in body.splitlines():
            if line[0] == "#":
                time = int(line[1:])
                continue
            bits, _, code = line[1:].partition(" ") if line[0] == "b" else (line[0], "", line[1:])
            if code in self.changes and "x" not in bits and "z" not in bits:
                self.changes[code].append((time, int(bits, 2)))

    def values(self, name):
        return {value for _, value in self.changes[self.codes[name]]}


def translated(save_file):
    return re.findall(r"^\^1 (\S+)\n(?:\[color\] \d\n)?\+\{[^}]*\} (\S+)$", save_file.read_text(), re.M)


def names_in(path):
    return {int(line.split()[0]): line.split(maxsplit=1)[1] for line in path.read_text().splitlines()}


def check_names(cosim, runs):
    checked = 0
    for run_dir in (NO_BREAKOUT, RECOVERY):
        shown = {signal: table for view in VIEWS for table, signal in translated(prepared(cosim, runs / run_dir, "--view", view))}
        dump = Dump(runs / run_dir / "waves.fst", lambda name: name in shown or re.search(r"hart\.[A-Z]+\[", name))
        for signal, table in shown.items():
            unnamed = dump.values(signal) - set(names_in(runs / run_dir / table))
            assert not unnamed, f"{run_dir}: {signal} takes values without a name in {table}: {sorted(unnamed)}"
            checked += len(dump.values(signal))
        states = names_in(runs / run_dir / "translate/hart_state.txt")
        for value, name in states.items():
            assert dump.values(f"TOP.soc.g_hart[0].hart.{name}[2:0]") == {value}, f"{name} is not {value} in the RTL"
    assert checked > 300, checked
    print(f"{checked} values have names")


# --- moments ------------------------------------------------------------------------------------------------------------

def moments_of(save_file):
    """The legend: names and cycles, from times in us."""
    return [(name, round(float(us) * 1_000_000 / PERIOD)) for name, us in
            re.findall(r"^-[A-Z] (.+?) (\d+\.\d\d) us\b", save_file.read_text(), re.M)]


def first_hart(save_file):
    return int(re.search(r"^-(?:\S+: )?hart (\d+)$", save_file.read_text(), re.M).group(1))


def check_markers(cosim, runs):
    for run_dir, wanted in WANTED.items():
        save_file = runs / run_dir / "waves.gtkw"
        moments = moments_of(save_file)
        assert [name for name, _ in moments if name not in OPTIONAL and not name.startswith("bark of hart")] == wanted, f"{run_dir}: {moments}"
        times = [int(word) for word in re.search(r"^\*\S+ \S+ (.*)$", save_file.read_text(), re.M).group(1).split()]
        assert f"-{run_dir}, seed 1\n" in save_file.read_text(), run_dir
        for (name, cycle), time in zip(moments, times):
            assert time == cycle * PERIOD, f"{run_dir}: {name} is marked at {time} ps"
            event = EVENT_OF[name.partition(" of hart")[0]]
            log = run(cosim, "events", runs / run_dir, "--json", "--filter", f"event={event},from={cycle},to={cycle}", check=True).stdout
            assert log, f"{run_dir}: {name}: no {event} at cycle {cycle}"
    assert "$dumpoff" in run("fst2vcd", runs / NO_BREAKOUT / "waves.fst", check=True).stdout, "two windows have a gap between them"


def check_stories(cosim, runs):
    """The line `look` of what failed, and of a warning, opens on it from the cause to the effect; a scenario without moments is
    marked by its expectations; waves before a failure are there without a word."""
    scenario = runs / "late.yaml"
    scenario.write_text("""name: late
question: Is rt late?
hardware: mc1
tasks:
  - { name: hog, program: [ { run_us: 700 } ] }
  - { name: rt, class: fifo, prio: 80, program: [ { run_us: 5 }, { sleep_us: 900 } ] }
run: { seed: 3, until_ms: 5 }
waves: { before_failure: 20000 }
expect:
  - { sequence: [ { event: sched_wakeup, where: { comm: rt } }, { event: sched_switch, where: { next_comm: rt } } ], within: 5, each: true }
""")
    done = run(cosim, "run", scenario, "--out", runs)
    assert done.returncode == 10, done.stdout + done.stderr
    run_dir = runs / "late/base"
    assert [name for name, _ in moments_of(run_dir / "waves.gtkw")][:2] == ["sched_wakeup", "limit"], moments_of(run_dir / "waves.gtkw")
    look = re.search(r"^ +look (.*)$", done.stdout, re.M).group(1).split()
    assert look[:2] == [str(cosim), "wave"], look
    shown = prepared(*[cosim if word == str(cosim) else word for word in look if word != "wave"])
    assert shown.parent == run_dir, "the window before the failure holds it"
    moments = moments_of(shown)
    assert [name for name, _ in moments] == ["sched_wakeup", "limit", "sched_switch"], moments
    assert moments[1][1] == moments[0][1] + 5 and moments[2][1] > moments[1][1], moments
    check_loads(shown)
    assert "-failed: " in shown.read_text()
    warned = runs / NO_BREAKOUT
    result = json.loads((warned / "result.json").read_text())
    off = next(warning for warning in result["warnings"] if warning["kind"] == "irqs_off")
    shown = prepared(cosim, warned, "--at", off["cycle"])
    assert moments_of(shown)[0][0] == "interrupts off" and moments_of(shown)[-1][0] == "interrupts on", moments_of(shown)
    assert first_hart(shown) == off["hart"]
    kick = runs / KICK
    at = {tuple(moments_of(prepared(cosim, kick, "--at", text))) for text in ("5.5ms", "5500us", "550000")}
    assert len(at) == 1 and "asked for" in dict(at.pop())
    event = prepared(cosim, kick, "--at", "breakout hart=2", "--hart", "3")
    assert "breakout" in dict(moments_of(event)) and first_hart(event) == 3
    assert first_hart(prepared(cosim, kick, "--at", "breakout hart=2")) == 2


def check_aligned(cosim, runs):
    save_file = prepared(cosim, runs / "looping_stall")
    check_loads(save_file)
    moments = dict(moments_of(save_file))
    compared = ("soc.g_hart[1].hart.trace.site_q[15:0]", "soc.swdt0.u_channels.g_channel[3].seen_count[31:0]", "soc.mswi.line_q[3:0]")
    dump = Dump(save_file.parent / "waves.fst", lambda name: "trace.calls_q" in name or name.partition(".")[2] in compared)
    assert re.findall(r"^-(\w+): hart \d+$", save_file.read_text(), re.M)[:6:2] == ["kick", "resched_curr", "no_breakout"], "the order of the table"
    firsts, highest = set(), set()
    for variant in ("kick", "no_breakout", "resched_curr"):
        calls = [change for name in dump.codes if name.startswith(f"{variant}.") and "trace.calls_q" in name
                 for change in dump.changes[dump.codes[name]]]
        highest.add(max(value for _, value in calls))
        firsts.add(min(time for time, value in calls if value == 1 and time >= moments["loop start"] * PERIOD))
    assert len(firsts) == 1, f"the loops begin at {firsts}"
    assert len(highest) == 1 and max(highest) > 32, f"one scale: {highest}"
    assert 0 < firsts.pop() - moments["loop start"] * PERIOD < 100 * PERIOD
    assert [name for name in moments if name.startswith("resched_curr")] == ["resched_curr: breakout", "resched_curr: fresh balance"]
    original = Dump(runs / KICK / "waves.fst", lambda name: name.partition(".")[2] in compared)
    shift = (dict(moments_of(runs / KICK / "waves.gtkw"))["loop start"] - moments["loop start"]) * PERIOD
    for name in compared:
        before = original.changes[original.codes[f"TOP.{name}"]]
        assert before, name
        shifted = [(time + shift, value) for time, value in dump.changes[dump.codes[f"kick.{name}"]]
                   if time + shift <= before[-1][0]]  # the value that sets the scale comes later
        assert shifted == before, f"{name} changed on its way"


def check_parting(cosim, runs):
    """Two runs at the place where they part: the same up to there, and not after it. At an event: that is at one time."""
    save_file = prepared(cosim, runs / KICK, runs / RESCHED, "--at", "parting")
    check_loads(save_file)
    at = dict(moments_of(save_file))["parting"] * PERIOD
    site = "soc.g_hart[1].hart.trace.site_q[15:0]"
    dump = Dump(save_file.parent / "waves.fst", lambda name: name.partition(".")[2] == site)
    kick, resched = (dump.changes[dump.codes[f"{scope}.{site}"]] for scope in ("kick", "resched_curr"))
    until = lambda changes, time: [change for change in changes if change[0] <= time]
    assert len(until(kick, at)) > 10 and until(kick, at) == until(resched, at)
    assert kick != resched
    moments = dict(moments_of(prepared(cosim, runs / KICK, runs / RESCHED, "--at", "breakout,hart=1")))
    assert "breakout" in moments and "resched_curr: fresh balance" in moments, moments


# --- Surfer -------------------------------------------------------------------------------------------------------------

SURFER = {"divider_add": r"\S+", "variable_add": r"\S+", "item_set_format": r"\S+",
          "item_set_color": r"Red|Orange|Yellow|Green|Blue|Purple|Violet", "marker_set": r"[^#\s]\S* \d+", "cursor_set": r"\d+"}


def check_surfer(cosim, runs):
    run_dir = runs / KICK
    paths = {name.split("[", 1)[0] if name.endswith("]") and not re.search(r"\]\.", name) else re.sub(r"\[\d+:0\]$", "", name)
             for name in Dump(run_dir / "waves.fst").codes}
    mappings = {}
    for path in (run_dir / ".surfer/mappings").glob("*.map"):
        name, bits, *values = path.read_text().splitlines()
        assert name == f"Name = {path.stem}" and bits.startswith("Bits = "), path
        for line in values:
            assert re.fullmatch(r"\d+ \S.*", line) and "#" not in line, f"{path}: {line}"
            assert int(line.split()[0]) < 2 ** int(bits.split()[-1]), f"{path}: {line}"
        mappings[path.stem] = len(values)
    shown = 0
    for line in (run_dir / "waves.surf.sucl").read_text().splitlines():
        if line.startswith("#"):
            continue
        command, _, argument = line.partition(" ")
        assert re.fullmatch(SURFER[command], argument), line
        if command == "variable_add":
            assert argument in paths, f"{argument} is not in the dump"
            shown += 1
        if command == "item_set_format" and argument.startswith("scx_"):
            assert mappings[argument] > 0, argument
    assert shown > 20, shown


# --- the verb -----------------------------------------------------------------------------------------------------------

def refused(cosim, text, *arguments, **more):
    done = wave(cosim, *arguments, **more)
    assert done.returncode == 2 and text in done.stderr and done.stderr.count("\n") == 1, f"{arguments}: {done}"


def check_png(path):
    header = path.read_bytes()[:26]
    assert header[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", header[16:24]) == (1920, 1080), header


def check_verb(cosim, runs):
    kick = runs / KICK
    png = runs / "kick.png"
    assert wave(cosim, kick, "--at", "kick", "--png", png).returncode == 0
    check_png(png)
    with_display = dict(os.environ, DISPLAY=":77")
    headless = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    refused(cosim, "--png", kick, env=headless)
    refused(cosim, "gtkwave is not installed", kick, env=dict(with_display, PATH="/nonexistent"))
    refused(cosim, "no bark and no watchdog miss", kick, "--at", "watchdog", "--print")
    refused(cosim, "loop start @", kick, "--at", "recovery", "--print")
    refused(cosim, "did you mean 'breakout'", kick, "--at", "brekout", "--print")
    refused(cosim, "did you mean 'kick'", kick, "--view", "kik", "--print")
    refused(cosim, "there is no cycle 99999999", kick, "--at", "99999999", "--print")
    refused(cosim, "there is no cycle 9000000000", kick, "--at", "90s", "--print")
    refused(cosim, "there is no event scx_error in", kick, "--at", "scx_error", "--print")
    refused(cosim, "the machine has harts 0 to 3", kick, "--hart", "4", "--print")
    refused(cosim, "no such directory", runs / "nowhere", "--print")
    refused(cosim, "no result.json", runs / KICK / "translate", "--print")
    refused(cosim, "two runs part, not 3", runs / "looping_stall", "--at", "parting", "--print")
    refused(cosim, "there is no breakout in", runs / "looping_stall", "--at", "breakout", "--print")
    refused(cosim, "have the same events", kick, kick, "--at", "parting", "--print")
    refused(cosim, "did you mean 'breakout'", kick, runs / RESCHED, "--at", "brekout", "--print")
    refused(cosim, "there is no event scx_error in", kick, runs / RESCHED, "--at", "scx_error", "--print")

    cut = runs / "cut_short"  # the other checks read the run itself meanwhile
    shutil.rmtree(cut, ignore_errors=True)
    shutil.copytree(kick, cut)
    (cut / "waves.fst").write_bytes((kick / "waves.fst").read_bytes()[:-1000])
    done = wave(cosim, cut, "--print")
    assert done.returncode == 2 and "waves.fst cannot be read to its end" in done.stderr and "to repeat the run with waves there" in done.stderr, done

    early = prepared(cosim, kick, "--at", "50000")  # long before what was dumped
    assert early.parent == kick / "waves-again", early
    start = int(re.search(r"^\[timestart\] (\d+)$", early.read_text(), re.M).group(1))
    assert 48000 * PERIOD < start < 50000 * PERIOD, start
    stamp = (early.parent / "events.bin").stat().st_mtime_ns
    prepared(cosim, kick, "--at", "50100")
    assert (early.parent / "events.bin").stat().st_mtime_ns == stamp, "waves that were there were made again"
    log = kick / "events.bin"
    saved = log.read_bytes()
    log.write_bytes(saved[:2000] + saved[2001:])  # another run's
    done = wave(cosim, kick, "--at", "60000", "--print")
    log.write_bytes(saved)
    assert done.returncode == 2, done


CHECKS = {"runs": make_runs, "views": check_views, "names": check_names, "markers": check_markers, "aligned": check_aligned, "stories": check_stories, "parting": check_parting,
          "surfer": check_surfer, "verb": check_verb}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](sys.argv[2], pathlib.Path(sys.argv[3]).resolve())
