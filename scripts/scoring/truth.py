# SPDX-License-Identifier: Apache-2.0
"""Runs a case and its controls, asks explain, and decides by the controls which answers are right."""
import json
import pathlib
import subprocess

import yaml

from scoring.waits import Run

ROOT = pathlib.Path(__file__).resolve().parents[2]
HALF = 0.5      # a removal that shortens the wait to that is an answer
CONFIDENT = 0.5  # a verdict with that share of the wait, or a proof, is sure of itself
# Ticks that a wait must last to be anybody's complaint; docs/explain.md, Verdicts.
TICKS = {"no_kick": 1, "interrupts_off": 1}
LATE_IPI = 1000  # cycles
UNDECIDED = ("nothing_wrong", "unknown")


class Broken(Exception):
    """The run broke an invariant: there is nothing to explain."""


class Plain(yaml.SafeDumper):
    """Without anchors, which a scenario must not have."""

    def ignore_aliases(self, data):
        return True


class Judge:
    def __init__(self, program, folder, case, proof):
        self.program, self.case, self.proof = program, case, proof
        self.scenarios, self.runs = folder / "scenarios", folder / "runs"
        self.kept = {}

    def run(self, left_out=()):
        """The run without some of the causes."""
        tag = "".join(str(index) for index in sorted(left_out))
        name = self.case.name + (f"w{tag}" if tag else "")
        if name in self.kept:
            return self.kept[name]
        path, directory = self.scenarios / f"{name}.yaml", self.runs / name / "base"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "# SPDX-License-Identifier: Apache-2.0\n" + yaml.dump(self.case.without(set(left_out), name), Dumper=Plain, sort_keys=False)
        if not (path.exists() and path.read_text() == text and (directory / "result.json").exists()):  # kept from another score
            path.write_text(text)
            self.simulate(path, directory)
        self.kept[name] = Run(self.program, directory)
        return self.kept[name]

    def simulate(self, path, directory):
        done = subprocess.run([self.program, "run", path, "--quiet", "--no-report", "--jobs", "1", "--out", self.runs], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        if done.returncode == 11:
            raise Broken(path)
        if done.returncode not in (0, 10) or not (directory / "result.json").exists():
            raise RuntimeError(f"{path}: exit code {done.returncode}: {done.stdout}{done.stderr}")

    def explain(self):
        command = [self.program, "explain", self.runs / self.case.name / "base", "--json", "--prove" if self.proof else "--no-prove"]
        done = subprocess.run(command + (["--task", self.case.ask] if self.case.ask else []), cwd=ROOT, capture_output=True, text=True,
                              check=False)
        if self.case.ask and "no task of this run" in done.stderr:  # it was never created: whoever asks then asks about any
            self.case.ask = None
            return self.explain()
        if done.returncode != 0:
            raise RuntimeError(f"{self.case.name}: {done.stderr}")
        return json.loads(done.stdout)

    def judge(self):
        """What explain said, and what is right: a map."""
        self.run()
        found = self.explain()
        verdict = found.get("verdict", {"class": "nothing_wrong", "share": 0, "sentence": ""})
        said = {"name": self.case.name, "verdict": verdict["class"], "share": verdict["share"], "sentence": verdict["sentence"],
                "proof": found.get("proof", {}).get("finding"), "planted": [cause["class"] for cause in self.case.causes]}
        wait = found.get("wait")
        removed = [self.left_by(index, wait) for index in range(len(self.case.causes))] if wait else []
        for index, cause in enumerate(self.case.causes):
            if removed and cause["pair"] and wait.get("task") == cause["ask"]:
                removed[index] = min(removed[index:index + 2])
        said["left"] = removed
        right = []
        for index in sorted(range(len(removed)), key=lambda one: removed[one]):
            if removed[index] <= HALF and self.matters(index, wait["cycles"], wait["end"] != "ran"):
                right.append(self.case.causes[index]["class"])
        said["by"] = "removal"
        if not right:
            right = [cause["class"] for index, cause in enumerate(self.case.causes) if self.took_effect(index, wait)]
            said["by"] = "effect" if right else "nothing"
        said["right"] = list(dict.fromkeys(right)) or ["nothing_wrong"]
        return self.outcome(said)

    def outcome(self, said):
        withdrawn = said["proof"] == "withdrawn"
        if said["verdict"] in said["right"] and not withdrawn:
            said["outcome"] = "right"
        elif said["verdict"] in UNDECIDED or withdrawn:
            said["outcome"] = "undecided"
        else:
            said["outcome"] = "wrong"
        said["confident_wrong"] = said["outcome"] == "wrong" and (said["share"] >= CONFIDENT or said["proof"] == "proven")
        return said

    def matters(self, index, cycles, unfinished=False):
        kind = self.case.causes[index]["class"]
        if kind == "late_ipi":
            return cycles >= LATE_IPI
        return unfinished or cycles >= TICKS.get(kind, 2) * self.case.tick

    def waited(self, wait):
        """It is one for a CPU or a mutex; else a sleep."""
        return any(since == wait["from"] for since, _ in self.run().waits.get(wait.get("task"), []))

    def left_by(self, index, wait):
        """The part of the wait that is left without that cause, between the same cycles."""
        control = self.run([index])
        if "hart" in wait:
            return control.deaf(wait["hart"]) / wait["cycles"]
        task = wait["task"]
        waited = self.waited(wait)
        length = control.longest_wait if waited else control.longest_gap
        window = (wait["from"], wait["to"])
        if waited and wait["cycles"] < 2 * self.case.tick:  # there are many of that length: the longest of the whole control counts
            window = ()
        return length(task, *window) / wait["cycles"]

    def took_effect(self, index, wait):
        """Planted alone, it makes the worst wait twice as long as with none, of the task if one is asked about; or a metric shows it."""
        kind = self.case.causes[index]["class"]
        others = [one for one in range(len(self.case.causes)) if one != index]
        alone, none = self.run(others), self.run(range(len(self.case.causes)))
        if kind == "late_ipi":  # an IPI that takes at least half of the wait
            before, after = (one.sign_of(kind) for one in (none, alone))
            return HALF * after >= before and after >= LATE_IPI and bool(wait) and after >= HALF * wait["cycles"]
        if self.case.ask:
            slept = kind == "not_woken" or (wait and not self.waited(wait))
            before, after = ((one.longest_gap if slept else one.longest_wait)(self.case.ask) for one in (none, alone))
            return HALF * after >= before and self.matters(index, after)
        if kind == "kick_storm":
            return alone.storms() > 0 and none.storms() == 0
        before, after = (one.sign_of(kind) for one in (none, alone))
        return HALF * after >= before and self.matters(index, after)
