# SPDX-License-Identifier: Apache-2.0
"""Reads each export with a reader of its format, and gives the events that the metrics need: (ns, kind, fields).

Kinds: switch (prev, prev_comm, runnable, next, next_comm), wakeup (pid, comm), ipi, new (pid), reset.
The readers of trace.dat and CTF are trace-cmd and babeltrace2; the one of Perfetto's format is perfetto_decoder.py.
"""
import csv
import re
import subprocess

import perfetto_decoder

LINE = re.compile(r"^\s*(?P<comm>.+)-(?P<pid>\d+)\s+\[(?P<cpu>\d{3})\](?: (?P<flags>[A-Za-z.]{5}))?\s+(?P<s>\d+)\.(?P<ns>\d{9}): (?P<name>\w+):\s*(?P<text>.*)$")
SWITCH = re.compile(r"prev_comm=(.*) prev_pid=(\d+) prev_prio=(-?\d+) prev_state=(\S+) ==> next_comm=(.*) next_pid=(\d+) next_prio=(-?\d+)$")
WAKEUP = re.compile(r"comm=(.*) pid=(\d+) prio=(-?\d+) target_cpu=(\d+)$")
BABEL = re.compile(r"^\[(\d+):(\d+):(\d+)\.(\d{9})\] \(\S+\) (\w+): \{ cpu_id = (\d+) \}, \{(.*)\}$")
BABEL_FIELD = re.compile(r'(\w+) = (?:\( (?:"([^"]*)"|<unknown>) : container = (\d+) \)|"((?:[^"\\]|\\.)*)"|(-?\d+))')


def ftrace_lines(lines):
    """The text of ftrace, also as trace-cmd prints it."""
    for line in lines:
        if line.startswith("#") or line.startswith("cpus="):
            continue
        match = LINE.match(line)
        if not match:
            raise ValueError(f"not a line of ftrace: {line!r}")
        ns = int(match["s"]) * 10**9 + int(match["ns"])
        name, text = match["name"], match["text"]
        if name == "sched_switch":
            prev_comm, prev, _, state, next_comm, following, _ = SWITCH.match(text).groups()
            yield ns, "switch", (int(prev), prev_comm, state == "R", int(following), next_comm)
        elif name == "sched_wakeup":
            comm, pid, _, _ = WAKEUP.match(text).groups()
            yield ns, "wakeup", (int(pid), comm)
        elif name == "task_new":
            yield ns, "new", (int(re.match(r"pid=(\d+)", text)[1]),)
        elif name in ("ipi_raise", "reset"):
            yield ns, name.removesuffix("_raise"), ()
        else:
            yield ns, "other", ()


def read_ftrace(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        yield from ftrace_lines(line.rstrip("\n") for line in file)


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0 or done.stderr.strip():
        raise ValueError(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr[:500]}")
    return done.stdout.splitlines()


def read_trace_dat(path):
    """-N: by the formats in the file, without the plugins of libtraceevent."""
    yield from ftrace_lines(output("trace-cmd", "report", "-t", "-N", str(path)))


def read_ctf(path):
    for line in output("babeltrace2", str(path)):
        match = BABEL.match(line)
        if not match:
            raise ValueError(f"not a line of babeltrace2: {line!r}")
        hours, minutes, seconds, ns, name, _, text = match.groups()
        ns = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 10**9 + int(ns)
        if name not in ("sched_switch", "sched_wakeup", "ipi_raise", "reset", "task_new"):
            yield ns, "other", ()
            continue
        fields = {key: label or text or container or number for key, label, container, text, number in BABEL_FIELD.findall(text)}
        if name == "sched_switch":
            yield ns, "switch", (int(fields["prev_tid"]), fields["prev_comm"], fields["prev_state"] == "0", int(fields["next_tid"]),
                                 fields["next_comm"])
        elif name == "sched_wakeup":
            yield ns, "wakeup", (int(fields["tid"]), fields["comm"])
        elif name == "task_new":
            yield ns, "new", (int(fields["pid"]),)
        else:
            yield ns, name.removesuffix("_raise"), ()


def read_csv(path):
    """A file has no order towards the others: events are sorted by cycle, hart, and whether they leave room for others."""
    events = []
    for file in sorted(path.glob("*.csv")):
        with open(file, newline="", encoding="utf-8", errors="replace") as text:
            for row in csv.DictReader(text):
                ns, name = int(row["ns"]), file.stem
                if name == "sched_switch":
                    event = ("switch", (int(row["prev_pid"]), row["prev_comm"], row["prev_state"] == "R", int(row["next_pid"]), row["next_comm"]))
                elif name == "sched_wakeup":
                    event = ("wakeup", (int(row["pid"]), row["comm"]))
                elif name == "task_new":
                    event = ("new", (int(row["pid"]),))
                else:
                    event = ({"ipi_raise": "ipi", "reset": "reset"}.get(name, "other"), ())
                order = {"reset": 0, "task_new": 1, "sched_switch": 2}.get(name, 3)
                events.append((int(row["cycle"]), order, int(row["hart"]), ns, *event))
    for *_, ns, kind, fields in sorted(events, key=lambda event: event[:3]):
        yield ns, kind, fields


def read_perfetto(path):
    """Switches and wakeups from the ftrace bundles, the rest from the lanes."""
    trace = perfetto_decoder.Trace(path.read_bytes())
    events = []
    for event in trace.instants:
        kind = {"ipi_raise": "ipi", "reset": "reset", "task_new": "new"}.get(event.name, "other")
        events.append((event.ns, {"reset": 0, "new": 1}.get(kind, 3), kind, (event.fields["pid"],) if kind == "new" else ()))
    for ns, _, name, fields in trace.ftrace:
        if name == "sched_switch":
            events.append((ns, 2, "switch", (fields["prev_pid"], fields["prev_comm"], fields["prev_state"] == 0, fields["next_pid"], fields["next_comm"])))
        elif name == "sched_wakeup":
            events.append((ns, 3, "wakeup", (fields["pid"], fields["comm"])))
    for ns, _, kind, fields in sorted(events, key=lambda event: event[:2]):
        yield ns, kind, fields


READERS = {"ftrace": read_ftrace, "trace-dat": read_trace_dat, "ctf": read_ctf, "csv": read_csv, "perfetto": read_perfetto}
