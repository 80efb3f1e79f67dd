#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Studies on the product: what is lost when something is killed, and what is said when something is wrong.

usage: study_runs.py SCX-COSIM WORK-DIR
"""
import contextlib
import csv
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

PROGRAM = ""
WORK = pathlib.Path()

STUDY = """# SPDX-License-Identifier: Apache-2.0
name: latencies
question: What do latencies do?
scenario: looping_stall
variant: kick
set: { run.until_us: 8000 }
axes:
  - { name: ipi, key: hardware.ipi_latency, unit: cycles, values: [ 1, 100, 1000 ] }
  - { name: memory, key: hardware.mem_latency, unit: cycles, values: [ 0, 8 ] }
seeds: 1..2
responses:
  - { name: breakouts, metric: breakouts, goal: more }
  - { name: wait, metric: all_tasks.delay.p99, unit: us }
"""


def study(*options, text=STUDY, out="out", check=None, **more):
    file = WORK / "study.yaml"
    file.write_text(text)
    done = subprocess.run([PROGRAM, "study", file, "--out", WORK / out, *options], capture_output=True, text=True, timeout=300, **more)
    if check is not None and done.returncode != check:
        raise AssertionError(f"status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def begin(until_us, *options):
    """A study of runs that long, under way."""
    (WORK / "study.yaml").write_text(STUDY.replace("run.until_us: 8000", f"run.until_us: {until_us}"))
    return subprocess.Popen([PROGRAM, "study", WORK / "study.yaml", "--out", WORK / "out", *options], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


ONE_RUN = ("--jobs", "1", "--axis", "ipi=1", "--axis", "memory=0", "--seeds", "1")


def hash_of(done):
    return done.stdout.rsplit("(hash ", 1)[1].split(")")[0]


def stored(out="out"):
    with sqlite3.connect(WORK / out / "latencies/study.db") as database:
        return database.execute("SELECT count(*) FROM run").fetchone()[0]


def child_of(pid):
    """A child of the process, as soon as it has one."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if children := pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            return int(children[0])
        time.sleep(0.01)
    raise AssertionError(f"process {pid} forks nothing")


class StudyTest(unittest.TestCase):
    def setUp(self):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)

    def test_any_number_of_jobs_gives_the_same_file(self):
        one, four = study("--jobs", "1", out="one", check=0), study("--jobs", "4", out="four", check=0)
        self.assertEqual(hash_of(one), hash_of(four))
        for name in ("study.csv", "study.ndjson", "answers.json", "points.csv", "columns.csv", "study.vl.json", "study.gp", "study.html"):
            self.assertEqual((WORK / "one/latencies" / name).read_bytes(), (WORK / "four/latencies" / name).read_bytes(), name)
        with (WORK / "one/latencies/study.csv").open() as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 12)
        self.assertEqual({row["outcome"] for row in rows}, {"passed"})

    def test_a_line_of_ndjson_repeats_its_run(self):
        study(check=0)
        line = json.loads((WORK / "out/latencies/study.ndjson").read_text().splitlines()[5])
        command = line["command"].replace("scx-cosim", PROGRAM, 1) + f" --out {WORK / 'again'} --no-report --quiet --set waves=none"
        subprocess.run(command, shell=True, check=True, capture_output=True)
        result = json.loads((WORK / "again/looping_stall/kick/result.json").read_text())
        self.assertEqual(result["hash"]["events"], line["event_hash"])
        self.assertEqual(result["metrics"]["breakouts"], line["responses"]["breakouts"])

    def test_killed_at_any_moment_it_goes_on_from_there(self):
        whole = hash_of(study(out="whole", check=0))
        killed = 0
        for wait in (0.02, 0.1, 0.3, 0.6):
            process = subprocess.Popen([PROGRAM, "study", WORK / "study.yaml", "--out", WORK / "out", "--jobs", "2"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(wait)
            killed += process.poll() is None
            process.kill()
            process.wait()
            time.sleep(0.5)  # what it forked ends too, and gives the directory free
        self.assertGreater(killed, 0)
        before = stored() if (WORK / "out/latencies/study.db").exists() else 0
        done = study(check=0)
        self.assertEqual(hash_of(done), whole)
        self.assertIn(f"{before} of them stored before", done.stdout)
        self.assertEqual(stored(), 12)

    def test_a_killed_worker_is_replaced(self):
        process = begin(200000, *ONE_RUN)
        worker = child_of(process.pid)
        time.sleep(0.2)
        os.kill(worker, signal.SIGKILL)
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, output + errors)
        self.assertIn("1 runs, 0 of them stored before", output)

    def test_a_worker_that_dies_twice_is_a_run_without_data(self):
        process = begin(400000, *ONE_RUN)
        first = child_of(process.pid)
        os.kill(first, signal.SIGKILL)
        second = first
        while second == first:
            second = child_of(process.pid)
        os.kill(second, signal.SIGKILL)
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 20, output)
        self.assertIn("1 of 1 runs gave no data:\n  the worker was ended by signal 9", errors)
        self.assertEqual(stored(), 0)

    def test_no_more_workers_than_jobs(self):
        process = begin(100000, "--jobs", "2")
        child_of(process.pid)
        time.sleep(0.3)
        workers = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.terminate()
        process.communicate()
        self.assertEqual(len(workers), 2)

    def test_a_killed_workers_simulation_may_live_on(self):
        """It holds its directory and a socket until it ends; the next worker does not wait for it."""
        process = begin(200000, *ONE_RUN)
        worker = child_of(process.pid)
        simulation = child_of(worker)
        os.kill(simulation, signal.SIGSTOP)
        os.kill(worker, signal.SIGKILL)
        try:
            output, errors = process.communicate(timeout=120)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(simulation, signal.SIGKILL)
        self.assertEqual(process.returncode, 0, output + errors)

    def test_interrupted_it_says_that_it_goes_on(self):
        process = begin(400000)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertIn("the same command goes on from there", errors)

    def test_a_stopped_worker_does_not_keep_it_from_ending(self):
        process = begin(400000, "--jobs", "1")
        simulation = child_of(child_of(process.pid))
        os.kill(simulation, signal.SIGSTOP)  # so that its worker waits for it
        os.kill(child_of(process.pid), signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(simulation, signal.SIGKILL)
        self.assertEqual(process.returncode, 130, errors)

    def test_a_policy_that_is_not_loaded_is_said(self):
        text = STUDY.replace("scenario: looping_stall\nvariant: kick", "scenario: central").replace(
            "{ name: memory, key: hardware.mem_latency, unit: cycles, values: [ 0, 8 ] }",
            "{ name: cpu, key: scheduler.options.central_cpu, values: [ 0, 7 ] }")
        done = study("--axis", "ipi=1", "--seeds", "1", text=text, check=0)
        self.assertIn("1 of 2 runs: the policy central was never loaded", done.stdout)

    def test_two_studies_into_one_folder(self):
        first = begin(400000)
        child_of(first.pid)
        second = study()
        first.terminate()
        first.communicate()
        self.assertEqual(second.returncode, 2)
        self.assertIn(f"process {first.pid}", second.stderr)

    def test_a_dry_run_counts_and_estimates(self):
        done = study("--dry-run", check=0)
        self.assertIn("6 points x 2 seeds: 12 runs, 3 stored, 9 to run", done.stdout)
        self.assertIn("by a probe of 3 runs", done.stdout)
        study(check=0)
        self.assertIn("12 runs, 12 stored, 0 to run", study("--dry-run", check=0).stdout)

    def test_a_full_disk_loses_nothing_that_was_stored(self):
        study("--seeds", "1", check=0)

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000))

        done = study("--seeds", "1..30", preexec_fn=limit)
        self.assertEqual(done.returncode, 20, done.stdout + done.stderr)
        self.assertTrue(done.stderr, "a message")
        self.assertNotIn("terminate", done.stderr)
        self.assertGreaterEqual(stored(), 6)
        self.assertEqual(hash_of(study("--seeds", "1", check=0)), hash_of(study("--seeds", "1", out="other", check=0)))

    def test_a_newer_store_is_refused(self):
        study("--seeds", "1", check=0)
        with sqlite3.connect(WORK / "out/latencies/study.db") as database:
            database.execute("PRAGMA user_version = 99")
        done = study(check=20)
        self.assertIn("a newer program wrote it", done.stderr)

    def test_what_is_wrong_is_said_with_its_place(self):
        done = study(text=STUDY.replace("mem_latency", "mem_latncy"), check=2)
        self.assertRegex(done.stderr, r"study.yaml:9:\d+: hardware.mem_latncy: unknown key; did you mean 'mem_latency'")
        self.assertFalse((WORK / "out").exists())
        scenario = subprocess.run([PROGRAM, "study", "looping_stall"], capture_output=True, text=True, check=False)
        self.assertEqual(scenario.returncode, 2)
        done = subprocess.run([PROGRAM, "run", WORK / "study.yaml"], capture_output=True, text=True, check=False)
        self.assertIn("this is a study: scx-cosim study", done.stderr)
        for change, said in (("values: [ 0, 8 ]", "values: []"), ("values: [ 0, 8 ]", "values: 0..1000000000 step 1")):
            self.assertEqual(study(text=STUDY.replace(change, said)).returncode, 2)

    def test_gnuplot_takes_the_script(self):
        if not shutil.which("gnuplot"):
            self.skipTest("no gnuplot")
        study(check=0)
        done = subprocess.run(["gnuplot", "study.gp"], cwd=WORK / "out/latencies", capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        picture = (WORK / "out/latencies/study.svg").read_text()
        for word in ("wait (us)", "ipi (cycles)", "What do latencies do?"):
            self.assertIn(word, picture)


if __name__ == "__main__":
    PROGRAM, WORK = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
