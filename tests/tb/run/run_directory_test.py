#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: a run's directory is one process's at a time, and whatever it holds, `events`, `replay` and `wave` say what that is."""
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import time
import unittest

from run_case import COSIM, LONG, RunCase


class RunDirectory(RunCase):
    def cosim(self, verb, *options):
        return subprocess.run([COSIM, verb, *options], capture_output=True, text=True, timeout=120)

    def refused(self, done, text):
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn(text, done.stderr)

    def test_sigkill_of_the_parent_and_its_children(self):
        """The log is in the file, although it is far from filling a buffer."""
        process = self.start(LONG, "waves=none", "tasks.0.program=[{run_us: 50}, {sleep_us: 50000}]", options=["--no-skip"],
                             start_new_session=True)
        self.wait_for_log(16)
        time.sleep(1.5)
        os.killpg(process.pid, signal.SIGKILL)
        self.finish(process)
        self.assertLess((self.run_dir / "events.bin").stat().st_size, 256 * 1024)
        events = self.cosim("events", self.run_dir)
        lines = events.stdout.splitlines()
        self.assertEqual(events.returncode, 0, events.stderr)
        self.assertGreater(len(lines), 100)
        last = int(lines[-1].split()[0])
        self.assertRegex(events.stderr, "^scx-cosim: .*: no result.json, as of a run that was killed with its supervisor; "
                                        f"events.bin holds {len(lines)} events, up to cycle {last}\n$")
        self.refused(self.cosim("wave", "--print", self.run_dir),
                     "no result.json: that run was killed with its supervisor; replay repeats it")
        replay = self.cosim("replay", self.run_dir, "--to-cycle", "99999999999")
        self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)
        self.assertIn(f"events.bin holds {len(lines)} events, up to cycle {last}; the replay goes that far", replay.stderr)
        self.assertIn(f"the run ends at cycle {last}, and so does its replay", replay.stderr)
        self.assertIn(f"reproduced up to cycle {last}: {len(lines)} events", replay.stdout)
        self.refused(self.cosim("wave", "--print", self.run_dir), f"its replay is in {self.run_dir}/replay")

    def test_sigkill_before_the_first_event(self):
        self.check(self.run_it(), "passed", 0)
        events = self.run_dir / "events.bin"
        events.write_bytes(events.read_bytes()[:16])
        for has_result in (True, False):
            if not has_result:
                (self.run_dir / "result.json").unlink()
            for verb in ("events", "replay"):
                self.refused(self.cosim(verb, self.run_dir), "events.bin holds no event")

    def test_a_log_that_lost_its_end(self):
        """As after a crash of the host: it ends with a whole record."""
        result = self.check(self.run_it(), "passed", 0)
        record = self.cosim("events", self.run_dir).stdout.splitlines()
        log = self.run_dir / "events.bin"
        whole = log.read_bytes()
        for size in range(len(whole) - 1, 0, -1):
            log.write_bytes(whole[:size])
            said = self.cosim("events", self.run_dir).stderr
            if "ends inside a record" not in said:
                break
        text = f"events.bin holds {len(record) - 1} of {result['events']} events"
        self.assertIn(text, said)
        replay = self.cosim("replay", self.run_dir)
        self.assertEqual(replay.returncode, 0, replay.stdout)
        self.assertIn(text, replay.stderr)
        self.assertIn("reproduced as far as both logs go", replay.stdout)
        wave = self.cosim("wave", "--print", self.run_dir)
        self.assertEqual(wave.returncode, 0)
        self.assertIn(text, wave.stderr)

    def test_replay_to_a_cycle_that_the_run_never_reached(self):
        result = self.check(self.run_it("run.stop_when={event: scx_enable, after_us: 1000}", "waves=none"), "passed", 0, waves=False)
        self.assertLess(result["cycles"], 2_000_000)
        done = self.cosim("replay", self.run_dir, "--to-cycle", "99999999999")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"the run ends at cycle {result['cycles']}, and so does its replay", done.stderr)
        self.assertIn(f"reproduced: {result['events']} events", done.stdout)

    def test_a_replay_that_breaks_off_is_none(self):
        """It logs the beginning of what the run has logged, and is no proof of more."""
        self.check(self.run_it(), "passed", 0)
        config = self.run_dir / "config.yaml"
        shorter = re.sub(r"until_us: *20000\b", "until_us: 1000", config.read_text())
        self.assertNotEqual(shorter, config.read_text())
        config.write_text(shorter)
        done = self.cosim("replay", self.run_dir, "--to-cycle", "1000000")
        self.assertEqual(done.returncode, 15, done.stdout + done.stderr)
        self.assertIn("not reproduced: the replay ended at cycle 100000", done.stdout)

    def test_two_processes_into_one_folder(self):
        """One gets it, the other says who has it; whoever comes first, what is there is one run's, whole."""
        random_times = "tasks.0.program=[{run_us: [40, 60]}, {sleep_us: 100}]"

        def files():
            return {name: hashlib.sha256((self.run_dir / name).read_bytes()).hexdigest()
                    for name in ("events.bin", "config.yaml", "console.log")}

        def result():
            return {key: value for key, value in json.loads((self.run_dir / "result.json").read_text()).items() if key != "speed"}

        alone = {}
        for seed in ("1", "2"):
            began = time.monotonic()
            self.assertEqual(self.run_it(random_times, options=["--seed", seed])[0], 0)
            alone[seed] = (files(), result())
        takes = time.monotonic() - began
        self.assertNotEqual(alone["1"][0]["events.bin"], alone["2"][0]["events.bin"])
        distances = random.Random(11)
        refused = 0
        for _ in range(int(os.environ.get("SCX_RACES", "20"))):
            first = self.start(random_times, options=["--seed", "1"])
            time.sleep(distances.uniform(0, 1.2) * takes)
            second = self.start(random_times, options=["--seed", "2"])
            codes = {}
            for seed, process, other in (("1", first, second), ("2", second, first)):
                codes[seed], out, err = self.finish(process)
                self.assertIn(codes[seed], (0, 2), out + err)
                if codes[seed] == 2:
                    self.assertEqual((out, err), ("", f"scx-cosim: runs/end/base is in use by process {other.pid}, which has not ended yet\n"))
            self.assertIn(0, codes.values())
            refused += 2 in codes.values()
            if 2 in codes.values():
                last = "1" if codes["1"] == 0 else "2"
            else:
                last = str(json.loads((self.run_dir / "result.json").read_text())["seed"])
            self.assertEqual((files(), result()), alone[last])
            self.assertEqual(subprocess.run(["fst2vcd", self.run_dir / "waves.fst"], stdout=subprocess.DEVNULL).returncode, 0)
            self.assertEqual(list(self.run_dir.glob("*.new")), [])
        self.assertGreater(refused, 0, "they never met")
        print(f"{refused} of the pairs met")

    def test_a_holder_that_was_killed_blocks_nobody(self):
        for group in (False, True):
            process = self.start(LONG, start_new_session=True)
            self.wait_for_log(16)
            if group:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()  # its child ends by itself, and keeps the folder until then
            self.finish(process)
            self.check(self.run_it(), "passed", 0)

    def test_who_reads_a_run_waits_for_its_end(self):
        process = self.start(LONG)
        self.wait_for_log(16)
        for command in (["replay", self.run_dir], ["wave", "--print", self.run_dir]):
            self.refused(self.cosim(*command), f"process {process.pid}")
        events = self.cosim("events", self.run_dir)
        self.assertRegex(events.stderr, f"a run is under way there, by process {process.pid}: [0-9]+ events so far")
        process.send_signal(signal.SIGINT)
        self.finish(process)

    def test_who_reads_a_run_keeps_writers_off(self):
        self.check(self.run_it("run.until_us=4000000", "waves=none"), "passed", 0, waves=False, reproduced=False)
        replay = subprocess.Popen([COSIM, "replay", self.run_dir], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(1000):
            if (self.run_dir / "replay/events.bin").exists():
                break
            time.sleep(0.005)
        self.assertEqual(self.run_it(), (2, "", f"scx-cosim: runs/end/base is in use by process {replay.pid}, which has not ended yet\n"))
        self.refused(self.cosim("replay", self.run_dir), f"{self.run_dir}/replay is in use by process {replay.pid}")
        out, err = replay.communicate(timeout=120)
        self.assertEqual(replay.returncode, 0, err)
        self.assertIn("reproduced: ", out)


if __name__ == "__main__":
    unittest.main()
