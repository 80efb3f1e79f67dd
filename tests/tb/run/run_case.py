# SPDX-License-Identifier: Apache-2.0
"""A scenario run by the program that SCX_COSIM names (with the policy `crashing`), in a folder of its own, and what each
ending must leave."""
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import tempfile
import time
import unittest

COSIM = os.environ["SCX_COSIM"]

SCENARIO = """
name: end
question: How does it end?
hardware: mc1
scheduler: { name: crashing, options: { fault: none } }
tasks: [ { name: worker, count: 3, program: [ { run_us: 50 }, { sleep_us: 100 } ] } ]
run: { until_ms: 20 }
waves: { from: 100000, to: 400000 }
expect: [ { eventually: scx_enable } ]
"""
LONG = "run.until_us=50000000"  # never ends by itself, as far as a test is concerned


class RunCase(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="scx-endings-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        (self.dir / "end.yaml").write_text(SCENARIO)
        self.run_dir = self.dir / "runs/end/base"

    def start(self, *sets, options=(), limits=None, **popen):
        command = [COSIM, "run", "end.yaml", *options]
        for item in sets:
            command += ["--set", item]
        set_limits = (lambda: [resource.setrlimit(which, (to, to)) for which, to in limits.items()]) if limits else None
        popen = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen}
        return subprocess.Popen(command, cwd=self.dir, text=True, preexec_fn=set_limits, **popen)

    def finish(self, process):
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def run_it(self, *sets, **kwargs):
        return self.finish(self.start(*sets, **kwargs))

    def wait_for_log(self, size=300_000):
        """Until the run is well under way."""
        for _ in range(2000):
            log = self.run_dir / "events.bin"
            if log.exists() and log.stat().st_size > size:
                return
            time.sleep(0.02)
        self.fail("the run does not get under way")

    def check(self, run, outcome, code, message="", waves=True, reproduced=True, said=""):
        """What every ending must leave."""
        returned, out, err = run
        self.assertEqual(returned, code, out + err)
        result = json.loads((self.run_dir / "result.json").read_text())
        self.assertEqual(result["outcome"], outcome, result["message"])
        self.assertRegex(result["message"], message or ".*")
        if outcome != "passed":
            for text in (result["replay"], str(self.run_dir.relative_to(self.dir)), outcome):
                self.assertIn(text, out)
        events = subprocess.run([COSIM, "events", self.run_dir], capture_output=True, text=True, check=True)
        self.assertRegex(events.stderr, f"^{said}$")
        self.assertEqual(len(events.stdout.splitlines()), result["events"])
        if waves:
            vcd = subprocess.run(["fst2vcd", self.run_dir / "waves.fst"], capture_output=True, text=True, check=True).stdout
            stamps = [int(line[1:]) for line in vcd.splitlines() if re.fullmatch("#[0-9]+", line)]
            last = min(result["waves"]["to"], result["cycles"])
            self.assertEqual(stamps[0], result["waves"]["from"] * 10_000)  # ps
            # Dumped to its end, within the quiet stretch that may lie there.
            self.assertLessEqual(stamps[-1], (last + 1) * 10_000)
            self.assertGreater(stamps[-1], (last - 100_000) * 10_000)
        else:
            self.assertFalse((self.run_dir / "waves.fst").exists())
        self.assertEqual([p.name for p in self.run_dir.glob("*.new")] + [p.name for p in self.run_dir.glob("*.hier")], [])
        if reproduced:
            replay = subprocess.run(shlex.split(result["replay"]) + ["--hung-after", "0.5"], cwd=self.dir,
                                    capture_output=True, text=True, timeout=120)
            self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)
            self.assertIn("reproduced", replay.stdout)
        return result

    @staticmethod
    def alive(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
        except OSError:
            return False
