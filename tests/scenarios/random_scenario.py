# SPDX-License-Identifier: Apache-2.0
"""Scenarios of a few ms by seed: hardware latencies, policies, tasks, what comes from outside, watchdogs that bite."""
import random

WAITED_SOURCE = 1   # of the test sources: some tasks wait for it, stimuli raise it


def hardware(draw, harts):
    return {"base": "mc4", "harts": harts, "mem_latency": draw.randint(0, 40), "ipi_latency": draw.randint(0, 200),
            "interrupt_entry_latency": draw.randint(0, 60), "timer_prescale": draw.choice([0, 0, 1, 9])}


def kernel(draw, trapping):
    hz = draw.choice([100, 250, 1000, 1000])
    bark_us = draw.randint(400, 2500) if trapping else 1_500_000 // hz   # a tick pets
    made = {"hz": hz, "preempt": draw.choice(["none", "voluntary", "full"]),
            "spinlock": draw.choice(["ticket", "ticket", "test_and_set"]), "nohz": draw.choice(["off", "idle"]),
            "console": draw.choice(["sideband", "sideband", "uart"]),
            "breakout": {"limit": 0 if trapping else draw.choice([0, 8, 32, 32, 32]),
                         "retry": draw.choice(["kick", "kick", "resched_curr", "none"])},
            "hw_watchdog": {"enable": trapping or draw.random() < 0.7, "bark_us": bark_us,
                            "bite_us": bark_us + draw.randint(200, 1500), "route": draw.choice(["nmi", "plic", "msip"])}}
    if draw.random() < 0.6:
        made["watchdog_timeout_ms"] = draw.randint(1, 2)
    return made


def scheduler(draw, trapping):
    name = "qmap" if trapping else draw.choice(["qmap", "qmap", "simple", "central", "stale_pops", None])
    options = {}
    if name == "qmap":
        options = {"slice_us": draw.randint(50, 2000), "direct_dispatch": not trapping and draw.random() < 0.5,
                   "dsp_inf_loop_after": draw.choice([10, 20] if trapping else [0, 0, 20, 60]), "dsp_batch": draw.randint(1, 4)}
    return {"name": name, "options": options} if name else None


def task(draw, index, harts):
    low, sleep = draw.randint(1, 300), draw.randint(5, 600)
    program = [{"run_us": [low, low + draw.randint(0, 100)]}]
    if draw.random() < 0.8:
        program.append({"sleep_us": [sleep, sleep + draw.randint(0, 200)]})
    if draw.random() < 0.2:
        program.append({"wait_irq": WAITED_SOURCE})
    if draw.random() < 0.3:
        program += [{"lock": "m"}, {"run_us": draw.randint(1, 40)}, {"unlock": "m"}]
    made = {"name": f"t{index}", "count": draw.randint(1, 4), "program": program, "start_us": [0, draw.randint(1, 900)]}
    if draw.random() < 0.2:
        made.update({"class": "fifo", "prio": draw.randint(1, 90), "count": 1})
        made["program"] = [{"run_us": draw.randint(1, 20)}, {"sleep_us": draw.randint(200, 900)}]
    if draw.random() < 0.25:
        made["cpus"] = draw.choice(["each", [draw.randrange(harts)]])
    return made


def stimuli(draw, harts, tasks, end_us):
    """In no order: what is bound to come at some cycle, and what follows an event."""
    found = []
    at = lambda: {"us": draw.randint(300, end_us)}
    if draw.random() < 0.3:
        found.append({"at": at(), "press": draw.choice(["sysrq-s", "sysrq-d"])})
    for _ in range(draw.randint(0, 3)):
        found.append({"at": at(), "irq": WAITED_SOURCE, "for_us": draw.randint(1, 60)})
    if draw.random() < 0.4:
        name = draw.choice(tasks)["name"]
        if draw.random() < 0.5:
            found.append({"at": at(), "signal": "kill", "task": name})
        else:
            found += [{"at": at(), "signal": "stop", "task": name},
                      {"at": {"event": "signal", "where": {"signal": "stop"}, "after_us": draw.randint(1, 900)},
                       "signal": "cont", "task": name}]
    if harts > 1 and draw.random() < 0.4:
        hart = draw.randint(1, harts - 1)
        found += [{"at": {"us": draw.randint(300, end_us // 2)}, "power": False, "hart": hart},
                  {"at": {"event": "cpu_offline", "after_us": draw.randint(1, 900)}, "power": True, "hart": hart}]
    return found


def scenario(seed, hart_counts):
    draw = random.Random(seed)
    harts = draw.choice(hart_counts)
    trapping = draw.random() < 0.2   # no breakout, and a policy that loops: the watchdog bites
    end_us = draw.randint(3000, 8000)
    tasks = [task(draw, index, harts) for index in range(draw.randint(1, 5))]
    made = {
        "name": f"random_{seed}",
        "question": "Is skipping exact?",
        "hardware": hardware(draw, harts),
        "kernel": kernel(draw, trapping),
        "tasks": tasks,
        "run": {"seed": seed, "until_us": end_us, "reboots_max": draw.randint(0, 3)},
        "waves": "none",
        "expect": [{"ending": "running"}],
    }
    policy = scheduler(draw, trapping)
    if policy:
        made["scheduler"] = policy
    outside = stimuli(draw, harts, tasks, end_us)
    if outside:
        made["stimuli"] = outside
    return made
