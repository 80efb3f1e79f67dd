#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: whatever ends a run, it leaves a result, a readable log, closed waves where waves were asked for, and a command
that repeats it."""
import json
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

from run_case import COSIM, LONG, SCENARIO, RunCase


class Endings(RunCase):
    def fault(self, name, outcome, code, message, options=(), limits=None, **checks):
        return self.check(self.run_it(f"scheduler.options.fault={name}", options=options, limits=limits), outcome, code,
                          message, **checks)

    def test_passed(self):
        self.check(self.run_it(), "passed", 0)

    def test_expectation_failed(self):
        self.check(self.run_it("expect=[{never: tick}]"), "expectation_failed", 10)

    def test_timeout(self):
        self.check(self.run_it("run.stop_when={event: scx_disable}"), "timed_out", 12, "scx_disable did not happen")

    def test_broken_invariant_of_the_kernel(self):
        self.fault("panic", "invariant_broken", 11, "hart 0: BUG: asked to")

    def test_broken_invariant_of_the_rtl_while_waves_are_open(self):
        result = self.fault("rtl", "invariant_broken", 11,
                            "RTL invariant broken: an op comes only to a hart that asks, and COMPUTE burns at least one cycle, "
                            r"in [\w.\[\]]*hart[\w.\[\]]* \(.*soc_hart\.v:[0-9]+\)", options=["--set", "waves={from: 0, to: 2000000}"])
        self.assertEqual(result["waves"]["to"], result["cycles"], "dumped to the clock that broke it")

    def test_segv_in_a_policy(self):
        result = self.fault("segv", "policy_crashed", 14, r"Segmentation fault \(signal 11\), in ops_dispatch of hart 0")
        self.assertGreater(result["cycles"], 1000)

    def test_segv_with_waves_around_an_event_that_never_came(self):
        self.check(self.run_it("scheduler.options.fault=segv", "waves={around: scx_disable, before_us: 100}"),
                   "policy_crashed", 14)

    def test_stack_overflow_in_a_task(self):
        self.fault("recurse", "policy_crashed", 14, "stack overflow, in ops_dispatch")

    def test_exception_in_a_policy(self):
        self.fault("throw", "internal_error", 20, "")

    def test_endless_loop_in_a_callback(self):
        self.fault("loop", "hung", 13, "no simulated progress beyond cycle [0-9]+, in ops_dispatch of hart 0",
                   options=["--hung-after", "0.5"])

    def test_waiting_for_ever_in_a_callback(self):
        run = self.run_it("scheduler.options.fault=wait", options=["--hung-after", "0.2"])
        self.check(run, "hung", 13, "in ops_dispatch", reproduced=False)  # the same, in five seconds more

    def test_sigkill_of_the_child(self):
        self.fault("kill", "internal_error", 20, r"Killed \(signal 9\)")

    def test_out_of_memory(self):
        self.fault("allocate", "internal_error", 20, "out of memory, in ops_dispatch", limits={resource.RLIMIT_AS: 1 << 30},
                   reproduced=False)

    def interrupted(self, number):
        process = self.start(LONG)
        self.wait_for_log()
        process.send_signal(number)
        began = time.monotonic()
        run = self.finish(process)
        self.assertLess(time.monotonic() - began, 30)
        return self.check(run, "interrupted", 128 + number, f"ended by signal {int(number)} at cycle")

    def test_sigint(self):
        self.interrupted(signal.SIGINT)

    def test_sigterm(self):
        self.interrupted(signal.SIGTERM)

    def test_sighup(self):
        self.interrupted(signal.SIGHUP)

    def test_sigint_in_an_endless_loop(self):
        process = self.start("scheduler.options.fault=loop")
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        self.check(self.finish(process), "interrupted", 130, "ended by signal 2 at cycle [0-9]+, in ops_dispatch")

    def test_second_sigint_goes_without_waves(self):
        process = self.start(LONG, "waves={around: scx_disable}")
        self.wait_for_log(10_000_000)  # a pass for the waves that outlasts the second signal
        process.send_signal(signal.SIGINT)
        for _ in range(500):
            if (self.run_dir / "waves-pass").exists():
                break
            time.sleep(0.01)
        self.assertTrue((self.run_dir / "result.json").exists(), "written before the pass for the waves")
        time.sleep(0.35)  # what comes sooner counts as the same signal
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        run = self.finish(process)
        self.assertLess(time.monotonic() - began, 10)
        self.check(run, "interrupted", 130, "ended by signal 2", waves=False, reproduced=False)

    def test_sigkill_of_the_parent(self):
        process = self.start(LONG)
        self.wait_for_log()
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
        self.assertEqual(len(children), 1)
        process.kill()
        self.finish(process)
        for _ in range(200):
            if not self.alive(children[0]):
                break
            time.sleep(0.05)
        self.assertFalse(self.alive(children[0]), "the child lingers")
        self.assertFalse((self.run_dir / "result.json").exists())
        subprocess.run([COSIM, "events", self.run_dir], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["fst2vcd", self.run_dir / "waves.fst"], check=True, stdout=subprocess.DEVNULL)
        replay = subprocess.run([COSIM, "replay", self.run_dir], capture_output=True, text=True, timeout=120)
        self.assertEqual(replay.returncode, 0, replay.stderr)
        self.assertIn("no result.json", replay.stderr)
        self.assertIn("reproduced up to cycle", replay.stdout)

    def test_disk_full_of_events(self):
        limits = {resource.RLIMIT_FSIZE: 300_000}
        run = self.run_it("run.until_us=2000000", "waves=none", limits=limits)
        result = self.check(
            run, "internal_error", 20, "writing the event log: File too large", waves=False,
                   said="(?:scx-cosim: .*: events.bin ends inside a record; events.bin holds [0-9]+ events, up to cycle [0-9]+\n)?")  # or just after one
        self.assertFalse(result["complete"])
        self.assertRegex(run[1], r"\n  base( +[0-9.]+\*){6} +running +no: internal_error\n"
                                 r"  \* base was cut short: its figures are those of [0-9]+ of 2000000 us\n")

    def test_disk_full_of_waves(self):
        limits = {resource.RLIMIT_FSIZE: 60_000}
        run = self.run_it("waves={from: 0, to: 2000000}", limits=limits)
        self.assertEqual(run[0], 20, run)
        result = json.loads((self.run_dir / "result.json").read_text())
        self.assertIsNone(result["waves"])
        self.assertNotIn("  waves", run[1])
        self.assertFalse((self.run_dir / "waves.fst").exists())

    def test_no_room_for_the_result(self):
        shutil.rmtree(self.run_dir, ignore_errors=True)
        process = self.start(LONG)
        self.wait_for_log()
        shutil.rmtree(self.run_dir)
        process.send_signal(signal.SIGINT)
        code, out, err = self.finish(process)
        self.assertGreaterEqual(code, 20)
        self.assertIn("result.json is lost", err)
        self.assertIn("end/base: ", err)
        self.assertNotIn("  results", out + err)
        self.assertNotIn("  waves", out + err)
        self.assertIn(f"  replay   {COSIM} run ", out, "what is gone cannot be replayed")

    def test_unwritable_directory(self):
        (self.dir / "file").write_text("")
        code, _, err = self.run_it(options=["--out", "file/runs"])
        self.assertEqual(code, 2)
        self.assertRegex(err, "^scx-cosim: cannot write to file/runs/end/base: Not a directory\n$")

    def test_directories_of_others_are_left_alone(self):
        self.check(self.run_it(), "passed", 0)
        foreign = self.dir / "mine"
        (foreign / "waves").mkdir(parents=True)
        for name in ("waves/keep.v", "config.yaml"):
            (foreign / name).write_text("mine")
        for out, text in ((foreign, "holds something else than a run"), (self.run_dir.parent.parent, "does not overwrite the run")):
            done = subprocess.run([COSIM, "replay", self.run_dir, "--out", out], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn(text, done.stderr)
        self.assertEqual([(foreign / name).read_text() for name in ("waves/keep.v", "config.yaml")], ["mine", "mine"])

    def test_replay_of_a_cut_log_or_a_damaged_result(self):
        self.check(self.run_it(), "passed", 0)
        events = self.run_dir / "events.bin"
        events.write_bytes(events.read_bytes()[:-7])
        (self.run_dir / "result.json").write_text("{")
        done = subprocess.run([COSIM, "replay", self.run_dir], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("events.bin ends inside a record", done.stderr)
        self.assertIn("result.json cannot be read", done.stderr)
        self.assertIn("reproduced", done.stdout)

    def test_replay_with_other_waves_and_to_a_cycle(self):
        self.check(self.run_it(), "passed", 0)
        replay = [COSIM, "replay", str(self.run_dir), "--out", str(self.dir / "again")]
        for options, text, fst in ((["--waves", "none"], "reproduced: ", False), (["--waves", "5000..6000"], "reproduced: ", True),
                                   (["--to-cycle", "500000", "--no-skip"], "reproduced up to cycle 500000", True)):
            done = subprocess.run(replay + options, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn(text, done.stdout)
            self.assertEqual(done.stderr, "")
            self.assertEqual((self.dir / "again/waves.fst").exists(), fst)

    def test_replay_of_another_configuration_says_where_it_differs(self):
        self.check(self.run_it(), "passed", 0)
        config = self.run_dir / "config.yaml"
        text = config.read_text()
        config.write_text(re.sub(r"(run_us: *)\[?50[^}]*", r"\g<1>60 ", text, count=1))
        self.assertNotEqual(config.read_text(), text)
        done = subprocess.run([COSIM, "replay", self.run_dir], capture_output=True, text=True)
        self.assertEqual(done.returncode, 15, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"not reproduced: after [0-9]+ equal events, at cycle [0-9]+\n  run +hart 0 .*\n  replay +hart 0 ")
        self.assertIn("config.yaml is not the configuration that ran", done.stderr)
        done = subprocess.run([COSIM, "replay", self.run_dir, "--out", self.run_dir], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)

    def on_terminal(self, *options, env=None, until_ms=5000):
        """stderr on a terminal; what it showed. The run takes some seconds: progress begins after half of one."""
        master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", **(env or {})}
        if not env:
            environment.pop("CI", None)
        process = self.start(f"run.until_ms={until_ms}", "waves=none", options=options, stderr=slave, env=environment)
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        process.communicate(timeout=120)
        os.close(master)
        return shown.decode()

    def test_progress_on_a_terminal(self):
        shown = self.on_terminal()
        lines = re.findall(r"end/base: ([0-9.]+) of 500\.0 Mcycles, [0-9.]+ ms, [0-9.]+ Mcycles/s(?:, [0-9.]+ \w+ left)?", shown)
        self.assertGreater(len(lines), 3, shown)
        self.assertEqual([float(x) for x in lines], sorted(float(x) for x in lines))
        self.assertGreater(float(lines[-1]), float(lines[0]))
        self.assertTrue(shown.endswith("\x1b[1F\x1b[J"), "erased at the end")
        self.assertEqual(shown.count("\x1b[1F\x1b[J"), len(lines))

    def test_progress_of_runs_side_by_side(self):
        (self.dir / "other.yaml").write_text(SCENARIO.replace("name: end", "name: other"))
        shown = self.on_terminal("other.yaml", "--jobs", "2")
        both = re.findall(r"end/base: [^\r\n]*\r\nother/base: [^\r\n]*\r\n\x1b\[2F\x1b\[J", shown)
        self.assertGreater(len(both), 3, shown)
        # Line by line, nothing is left but what was erased.
        self.assertEqual(re.sub(r"(?:(?:end|other)/base: [^\r\n]*\r\n)+\x1b\[[12]F\x1b\[J", "", shown), "")

    def test_progress_is_quiet_where_nobody_looks(self):
        self.assertEqual(self.on_terminal("--quiet", until_ms=2000), "")
        self.assertEqual(self.on_terminal(env={"CI": "true"}, until_ms=2000), "")
        self.assertEqual(self.run_it("run.until_us=2000000", "waves=none")[2], "")


if __name__ == "__main__":
    unittest.main()
