# SPDX-License-Identifier: Apache-2.0
"""The causes that can be planted: each is data, what a scenario has with it and what it has without it.

A cause is a map: `class`, the verdict that is right for it; `with` and `without`, each with some of `options` (of the policy), `kernel`,
`hardware` and `tasks`; `ask`, the task to ask about, or None; `pair`: whether the next cause takes part in it, so that without either it is
gone. Tasks are the same in both, by name and CPUs, so that a control differs in
the cause alone.
"""
ASLEEP = [{"sleep_us": 1000000}]


def cause(verdict, given, without=None, ask=None):
    return {"class": verdict, "with": given, "without": without or {}, "ask": ask, "pair": False}


def loop(draw):
    retry = draw.pick([{"limit": 32, "retry": "kick"}, {"limit": 32, "retry": "resched_curr"}, {"limit": 0}])
    kernel = {"breakout": retry}
    if retry["limit"] == 0 and draw.chance(0.7):
        kernel["hw_watchdog"] = {"enable": True, "bark_ms": 5, "bite_ms": draw.number(8, 14), "route": "nmi"}
    after = draw.number(30, 300)
    return [cause("dispatch_loop", {"kernel": kernel, "options": {"dsp_inf_loop_after": after, "direct_dispatch": False}},
                  {"kernel": kernel, "options": {"direct_dispatch": False}})]


def lost(draw):
    nth = draw.number(40, 200)
    kernel = {"watchdog_timeout_ms": draw.number(12, 30)} if draw.chance(0.7) else {}
    option = "stall_user_nth" if draw.policy == "qmap" else draw.pick(["forget_nth", "hold_nth"])
    return [cause("task_lost", {"options": {option: nth}, "kernel": kernel}, {"kernel": kernel})]


def rt_hog(draw, cpus=None):
    cpus = cpus or ([draw.cpu()] if draw.chance(0.8) else None)
    hog = draw.task(cpus, {"class": "fifo", "prio": draw.number(10, 90), "once": True, "start_us": draw.number(3000, 8000)})
    runs = draw.ticks(1, 16)
    tasks = [hog({"program": [{"run_us": runs}]})]
    idle = [hog({"program": ASLEEP})]
    victims = [draw.victim(cpus)] if cpus and draw.chance(0.8) else []
    return [cause("rt_hog", {"tasks": tasks + victims}, {"tasks": idle + victims})]


def cpu_hog(draw):
    cpus = [draw.cpu()]
    hog = draw.task(cpus, {"start_us": draw.number(3000, 8000)})
    runs = draw.ticks(3, 20)
    pause = [{"sleep_us": draw.number(200, 3000)}] if draw.chance(0.5) else []
    victims = [draw.victim(cpus) for _ in range(draw.number(1, 2))]
    time_slice = draw.number(30000, 200000)
    slow = {"options": {"slice_us": time_slice}, "kernel": {"slice_dfl_us": time_slice},
            "tasks": [hog({"program": [{"run_us": runs}] + pause})] + victims}
    return [cause("cpu_hog", slow, {"tasks": [hog({"program": ASLEEP})] + victims})]


def interrupts_off(draw):
    return [cause("interrupts_off", {"options": {"enqueue_us": draw.ticks(1.05, 4)}})]


def kick_storm(draw):
    return [cause("kick_storm", {"options": {"storm_us": draw.number(10, 20)}})]


def kick_ring(draw):
    return [cause("circular_kick_wait", {"options": {"kick_ring_after": draw.number(50, 300)}})]


def no_kick(draw):
    tasks = []
    if draw.chance(0.6):  # a task that is woken behind its waker, while another hart sleeps
        busy, free = draw.cpus(2)
        sleeper = draw.name()
        tasks.append(draw.task([free], {"once": True})({"program": [{"run_us": draw.number(7000, 9000)}]}))
        waker = [{"run_us": 50}, {"wake": sleeper}, {"run_us": draw.ticks(3, 9)}, {"sleep_us": draw.number(500, 3000)}]
        tasks.append(draw.task([busy], {"start_us": draw.number(10000, 13000)})({"program": waker}))
        tasks.append({"name": sleeper, "cpus": sorted([busy, free]), "program": [{"run_us": 50}, {"wait": True}]})
    return [cause("no_kick", {"options": {"no_kick": True}, "tasks": tasks}, {"tasks": tasks})]


def late_ipi(draw):
    waking, woken = draw.cpus(2)
    if draw.chance(0.7):
        draw.quiet = woken
    sleeper = draw.name()
    waker = [{"run_us": draw.number(20, 80)}, {"wake": sleeper}, {"sleep_us": draw.number(1500, 5000)}]
    tasks = [draw.task([waking], {})({"program": waker}),
             {"name": sleeper, "cpus": [woken], "program": [{"run_us": draw.number(20, 80)}, {"wait": True}]}]
    return [cause("late_ipi", {"hardware": {"ipi_latency": draw.number(2000, 10000)}, "tasks": tasks}, {"tasks": tasks}, sleeper)]


def mutex_owner(draw):
    lock, hold = draw.name("m"), draw.ticks(3, 12)
    owner = draw.task([draw.cpu()], {"start_us": draw.number(2000, 5000)})
    wants = draw.task([draw.cpu()], {"start_us": draw.number(5500, 6500)})
    # An owner that runs for long would be a hog as well: it sleeps.
    held = [{"lock": lock}, {"sleep_us": hold}, {"unlock": lock}, {"sleep_us": draw.number(2000, 4000)}]
    wanted = wants({"program": [{"lock": lock}, {"run_us": 50}, {"unlock": lock}, {"sleep_us": draw.number(300, 900)}]})
    return [cause("mutex_owner", {"tasks": [owner({"program": held}), wanted]},
                  {"tasks": [owner({"program": [{"sleep_us": hold}]}), wanted]})]


def inversion(draw):
    """The owner of a mutex waits for its CPU behind a real-time task: two causes, the mutex and the hog."""
    cpu, other = draw.cpus(2)
    lock = draw.name("m")
    owner = draw.task([cpu], {"start_us": draw.number(1000, 2500)})
    wants = draw.task([other], {"start_us": draw.number(2000, 3000)})
    work, pause = draw.number(300, 800), [{"sleep_us": draw.number(50, 200)}]
    wanted = wants({"program": [{"lock": lock}, {"run_us": 30}, {"unlock": lock}, {"sleep_us": draw.number(200, 600)}]})
    held = owner({"program": [{"lock": lock}, {"run_us": work}, {"unlock": lock}] + pause})
    free = owner({"program": [{"run_us": work}] + pause})
    pair = cause("priority_inversion", {"tasks": [held, wanted]}, {"tasks": [free, wanted]}, wanted["name"])
    pair["pair"] = True
    return [pair] + rt_hog(draw, [cpu])


def not_woken(draw):
    waiting = draw.name()
    times, pause = draw.number(1, 6), [{"sleep_us": draw.number(500, 1500)}]
    waker = draw.task([draw.cpu()], {"once": True, "start_us": draw.number(500, 2000)})
    sleeper = {"name": waiting, "program": [{"run_us": draw.number(20, 80)}, {"wait": True}]}
    wakes = lambda count: waker({"program": [{"loop": {"times": count, "program": [{"wake": waiting}] + pause}}]})
    return [cause("not_woken", {"tasks": [wakes(times), sleeper]}, {"tasks": [wakes(100000), sleeper]}, waiting)]


ANY = ["qmap", "simple", "central", "faulty", "none"]
# How it is planted, the policies under which it can be, the least number of harts.
CAUSES = {
    "loop": (loop, ["qmap"], 1),
    "lost": (lost, ["qmap", "faulty", "faulty"], 1),
    "rt_hog": (rt_hog, ANY, 1),
    "cpu_hog": (cpu_hog, ["qmap", "simple", "faulty"], 1),
    "interrupts_off": (interrupts_off, ["faulty"], 1),
    "kick_storm": (kick_storm, ["faulty"], 1),
    "kick_ring": (kick_ring, ["faulty"], 2),
    "no_kick": (no_kick, ["faulty"], 2),
    "late_ipi": (late_ipi, ANY, 2),
    "mutex_owner": (mutex_owner, ANY, 1),
    "inversion": (inversion, ANY, 2),
    "not_woken": (not_woken, ANY, 1),
}
