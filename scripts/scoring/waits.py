# SPDX-License-Identifier: Apache-2.0
"""The waits of a run, read from its events and its metrics: what `explain` says takes no part in it."""
import json
import re
import subprocess

EVENTS = ["sched_switch", "sched_wakeup", "user_lock", "task_exit", "reset"]
LINE = re.compile(r"\s*(\d+)\s+hart (\d+)\s+(\w+)\s*(.*)")
FIELD = re.compile(r"(\w+)=(\S*)")


class Run:
    """Of each task, by name: the stretches in which it wanted a CPU or a mutex (waits), and those without a CPU (gaps)."""

    def __init__(self, program, directory):
        self.result = json.loads((directory / "result.json").read_text())
        self.end = self.result["cycles"]
        self.waits, self.gaps = {}, {}
        self.names, self.since, self.off, self.running = {}, {}, {}, set()
        which = ",".join(f"event={event}" for event in EVENTS)
        log = subprocess.run([program, "events", directory, "--filter", which], capture_output=True, text=True, check=True).stdout
        for line in log.splitlines():
            cycle, _, event, rest = LINE.fullmatch(line).groups()
            self.on_event(int(cycle), event, dict(FIELD.findall(rest)))
        self.close_all(self.end)

    def on_event(self, cycle, event, fields):
        if event == "reset":
            return self.close_all(cycle)
        if event == "sched_switch":
            prev, following = fields["prev_pid"], fields["next_pid"]
            self.running.discard(prev)
            self.names[prev], self.names[following] = fields["prev_comm"], fields["next_comm"]
            self.off[prev] = cycle
            if fields["prev_state"] == "R":
                self.since.setdefault(prev, cycle)
            self.running.add(following)
            self.close(following, cycle)
            self.close_gap(following, cycle)
            return None
        pid = fields["pid"]
        self.names[pid] = fields["comm"]
        if event == "sched_wakeup" and pid not in self.running:
            self.since.setdefault(pid, cycle)
        elif event == "user_lock" and fields["op"] == "contended":
            self.since.setdefault(pid, cycle)
        elif event == "user_lock" and fields["op"] == "acquired" and pid in self.running:
            self.close(pid, cycle)
        elif event == "task_exit":
            self.close(pid, cycle)
            self.off.pop(pid, None)
        return None

    def close(self, pid, cycle):
        if pid in self.since:
            self.waits.setdefault(self.names[pid], []).append((self.since.pop(pid), cycle))

    def close_gap(self, pid, cycle):
        if pid in self.off:
            self.gaps.setdefault(self.names[pid], []).append((self.off.pop(pid), cycle))

    def close_all(self, cycle):
        for pid in [pid for pid in self.since if not self.names[pid].startswith("swapper")]:
            self.close(pid, cycle)
        for pid in [pid for pid in self.off if pid not in self.running]:
            self.close_gap(pid, cycle)
        self.since, self.off, self.running = {}, {}, set()

    @staticmethod
    def longest(stretches, since=0, until=float("inf")):
        """The part between these cycles counts."""
        return max((min(end, until) - max(begin, since) for begin, end in stretches if end > since and begin < until), default=0)

    def longest_wait(self, task, *window):
        return self.longest(self.waits.get(task, []), *window)

    def longest_gap(self, task, *window):
        return self.longest(self.gaps.get(task, []), *window)

    def worst(self):
        """Of all tasks but the idle ones."""
        return max((self.longest(waits) for task, waits in self.waits.items() if not task.startswith("swapper")), default=0)

    def deaf(self, hart=None):
        """The longest time without interrupts."""
        per_hart = [cycles or 0 for cycles in self.result["metrics"]["irq_off_cycles"]["per_hart"]]
        return max(per_hart) if hart is None else per_hart[hart]

    def sign_of(self, kind):
        """The cycles by which a cause of that kind shows: a metric that is about nothing else, or the worst wait."""
        metrics = self.result["metrics"]
        signs = {"no_kick": metrics["idle_while_runnable"]["max"], "interrupts_off": metrics["irq_off_cycles"]["max"],
                 "circular_kick_wait": metrics["kick_wait_cycles"]["max"], "late_ipi": metrics["ipi_to_trap_cycles"]["max"]}
        return (signs[kind] or 0) if kind in signs else max(self.worst(), self.deaf())

    def storms(self):
        return sum(self.result["metrics"]["warnings"][kind] for kind in ("ipi_storm", "livelock"))
