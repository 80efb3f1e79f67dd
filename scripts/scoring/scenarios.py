# SPDX-License-Identifier: Apache-2.0
"""Draws scenarios: a load, and the causes planted in it. Nothing that a run shows of itself names a cause."""
import random

from scoring.causes import CAUSES

HARTS = [1, 2, 2, 4, 4, 8]


class Draw:
    """The numbers of one scenario."""

    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}/{number}")
        self.names = 0
        self.harts = self.random.choice(HARTS)
        self.policy = "simple"
        self.quiet = None  # the load keeps away from this CPU
        self.hz = self.pick([500, 1000, 1000, 1000, 2000])

    def pick(self, of):
        return self.random.choice(of)

    def chance(self, share):
        return self.random.random() < share

    def number(self, least, most):
        return self.random.randint(least, most)

    def ticks(self, least, most):
        """Microseconds."""
        return int(self.random.uniform(least, most) * 1e6 / self.hz)

    def cpu(self):
        return self.number(0, self.harts - 1)

    def cpus(self, count):
        return self.random.sample(range(self.harts), count)

    def name(self, letter="t"):
        self.names += 1
        return f"{letter}{self.names - 1}"

    def task(self, cpus, keys):
        """A function that makes the task of a program."""
        head = {"name": self.name(), **({"cpus": cpus} if cpus else {}), **keys}
        return lambda program: {**head, **program}

    def victim(self, cpus):
        return self.task(cpus, {})({"program": [{"run_us": self.number(20, 150)}, {"sleep_us": self.number(200, 900)}]})


def load(draw):
    """Tasks that compute and sleep, as many as the machine can carry; some that never sleep."""
    tasks = []
    room = draw.random.uniform(0.2, 0.9) * draw.harts
    while room > 0 and len(tasks) < 3 * draw.harts + 2:
        least, pause = draw.number(20, 400), draw.number(200, 1500)
        keys = {"start_us": [0, draw.number(1, 800)]}
        if draw.chance(0.3):
            keys["nice"] = draw.number(-5, 5)
        if draw.chance(0.1):
            keys["class"] = draw.pick(["batch", "normal"])
        cpus = None if draw.chance(0.6) else sorted(draw.cpus(draw.number(1, draw.harts)))
        if draw.quiet is not None:
            cpus = [cpu for cpu in cpus or range(draw.harts) if cpu != draw.quiet] or [(draw.quiet + 1) % draw.harts]
        tasks.append(draw.task(cpus, keys)({"program": [{"run_us": [least, 2 * least]}, {"sleep_us": [pause, pause + 200]}]}))
        room -= 1.5 * least / (1.5 * least + pause)
    for _ in range(draw.pick([0, 0, 0, 1, 2])):
        cpus = [cpu for cpu in range(draw.harts) if cpu != draw.quiet] if draw.quiet is not None else None
        tasks.append(draw.task(cpus, {})({"program": [{"run_us": draw.number(500, 2000)}]}))
    return tasks


def merged(old, new):
    return {key: merged(old[key], value) if isinstance(value, dict) and isinstance(old.get(key), dict) else value
            for key, value in {**old, **new}.items()}


class Case:
    """One scenario, with any of its causes left out."""

    def __init__(self, seed, number):
        draw = Draw(seed, number)
        self.name = f"s{number:03}"
        self.causes = []
        wanted = self.choose(draw)
        for kind in wanted:
            self.causes += CAUSES[kind][0](draw)
        asks = [cause["ask"] for cause in self.causes if cause["ask"]]
        self.ask = draw.pick(asks) if asks and draw.chance(0.9) else None
        self.harts, self.tick = draw.harts, 100 * 1000000 // draw.hz
        light = any(cause["class"] == "late_ipi" for cause in self.causes)
        self.tasks = load(draw)[:draw.harts] if light else load(draw)
        self.order = draw.random.random()
        self.options = {}
        # Less than a tick, and no other default: no task of the load keeps a CPU for two ticks while others wait.
        time_slice = draw.ticks(0.3, 0.9)
        if draw.policy != "none":
            self.options["slice_us"] = time_slice
        if draw.policy == "simple":
            self.options["fifo"] = draw.chance(0.5)
        self.policy = draw.policy
        self.kernel = {"hz": draw.hz, "slice_dfl_us": time_slice, "preempt": draw.pick(["voluntary", "full", "none"]), "nohz": draw.pick(["off", "off", "idle"])}
        busy = any(cause["class"] in ("kick_storm", "interrupts_off") for cause in self.causes)
        self.run = {"seed": draw.number(1, 1000), "until_ms": draw.number(20, 30) if busy else draw.number(30, 60)}

    @staticmethod
    def choose(draw):
        """One to three kinds that can be together, or none."""
        count = draw.pick([0, 1, 1, 1, 1, 2, 2, 2, 3, 3])
        if count == 0:
            draw.policy = draw.pick(["qmap", "simple", "central", "faulty", "none"])
            if draw.policy == "central":
                draw.harts = max(2, draw.harts)
            return []
        first = draw.pick(sorted(CAUSES))
        draw.policy = draw.pick(CAUSES[first][1])
        draw.harts = max(draw.harts, CAUSES[first][2], 2 if draw.policy == "central" else 1)
        fitting = [kind for kind, (_, policies, harts) in CAUSES.items() if draw.policy in policies and harts <= draw.harts]
        return [first] + draw.random.sample(sorted(set(fitting) - {first}), min(count, len(fitting)) - 1)

    def without(self, left_out, name=None):
        """The scenario without the causes of these indices."""
        options, kernel, hardware, tasks = dict(self.options), dict(self.kernel), {}, list(self.tasks)
        for index, cause in enumerate(self.causes):
            part = cause["without" if index in left_out else "with"]
            options.update(part.get("options", {}))
            kernel = merged(kernel, part.get("kernel", {}))
            hardware.update(part.get("hardware", {}))
            tasks += part.get("tasks", [])
        random.Random(self.order).shuffle(tasks)
        machine = f"mc{self.harts}"
        scenario = {"name": name or self.name, "question": "Why did it wait?",
                    "hardware": {"base": machine, **hardware} if hardware else machine, "kernel": kernel, "tasks": tasks,
                    "run": self.run, "waves": "none", "expect": [{"never": "invariant"}]}
        if self.policy != "none":
            scenario["scheduler"] = {"name": self.policy, "options": options}
        return scenario
