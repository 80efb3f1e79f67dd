#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/gen_docs.py on a small tree of its own: it writes tables from declarations, and finds a table that is stale, missing or
unknown, and an invariant that is not listed."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts/gen_docs.py"

HELP = """Usage: scx-cosim [OPTIONS] SUBCOMMAND

Options:
  -h,--help                   Print this

Subcommands:
  run                         Run it

Exit codes:
  0        passed: good
  130, 143 interrupted: a signal
  2        usage
"""
RUN_HELP = """Usage: scx-cosim run [OPTIONS] [SCENARIO...]

Options:
  -h,--help                   Print this
  --seed N:INT in [0 - 9] ... The seed
  --an-option-with-a-long-name SECONDS:FLOAT in [0 - 1]
                              Its meaning
  --json Excludes: --csv      As JSON | text
"""
REPLAY_HELP = "Usage: scx-cosim replay [OPTIONS] RUN-DIR\n\nOptions:\n  -h,--help  Print this\n\nExit code 15: they differ.\n"

SCHEMA = {"properties": {"scheduler": {"allOf": [{"$ref": "#/definitions/scheduler"}], "description": "a policy"}},
          "definitions": {"scheduler": {"title": "scheduler", "required": ["name"], "properties": {
    "name": {"enum": ["simple"], "description": "the policy"},
    "times": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 5},
                        {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 5}, "minItems": 2, "maxItems": 2}],
              "description": "number of loads"}}}}}
EVENTS = "enums:\n  retry: [kick, none]\nevents:\n  - { name: breakout, level: verbose, fields: { limit: u64, retry: retry }, doc: \"it ends\" }\n"
FILES = {
    "configs/schema/scenario.json": json.dumps(SCHEMA),
    "configs/schema/study.json": json.dumps({"properties": {"seeds": {"type": "integer", "minimum": 0, "description": "the seeds"}}, "definitions": {}}),
    "firmware/kernel/trace/events.yaml": EVENTS,
    "firmware/kernel/costs.def": 'COST(fork,   400, "a task made")\n',
    "firmware/kernel/shared_words.h": "// | word | written by |\n// | --- | --- |\n// | Rq::x | its hart |\n// | policy words | policies |\n",
    "firmware/kernel/invariants.h": "// | invariant | what must hold |\n// | --- | --- |\n// | one_dsq | It is on one. |\n",
    "firmware/kernel/ext/ops.def": 'OP(tick, void, (void* state, Task* p), SCX_KF_REST, kTick, ops_body, "a tick")\n',
    "firmware/kernel/ext/kfuncs.def": 'KFUNC(scx_now, uint64_t, (), KF_ANYWHERE, kfunc, "the time")\n',
    "tb/monitor/laws.def": 'LAW(kOne, "one_hart", "A task runs on one hart.")\n',
    "tb/result/warnings.def": 'WARNING(irqs_off, "interrupts were off")\n',
    "tb/explain/causes.def": 'CAUSE(queued, "it waits in line")\n',
    "tb/explain/classes.def": 'CLASS(rt_hog, "a task of a higher class runs")\n',
    "firmware/kernel/invariants.cpp": 'require(a == b, "one_dsq", "pid");\n',
}
TABLES = ("verbs", "options run", "exit codes", "keys scenario", "keys scheduler", "keys study", "costs", "events", "values", "shared words", "invariants",
          "laws", "warnings", "causes", "verdicts", "callbacks", "kfuncs")


class GenDocs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        for name, text in FILES.items():
            self.write(name, text)
        self.write("docs/page.md", "".join(f"<!-- generated: {name} -->\n<!-- end -->\n" for name in TABLES))
        for name, text in (("help", HELP), ("run", RUN_HELP), ("replay", REPLAY_HELP)):
            self.write(name, text)
        self.write("program", f'#!/bin/sh\ncase $1 in --help) cat {self.root}/help;; *) cat {self.root}/$1;; esac\n')
        (self.root / "program").chmod(0o755)

    def write(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def generate(self, *options):
        done = subprocess.run([sys.executable, SCRIPT, self.root, self.root / "program", *options], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def page(self):
        return (self.root / "docs/page.md").read_text()

    def test_tables(self):
        self.assertNotEqual(self.generate("--check")[0], 0)
        self.assertEqual(self.generate(), (0, ""))
        self.assertEqual(self.generate("--check"), (0, ""))
        for line in ("| `run` [SCENARIO...] | Run it |", "| `--seed` N | The seed |", "| `--an-option-with-a-long-name` SECONDS | Its meaning |",
                     "| `--json` | As JSON \\| text; not with `--csv` |", "| 130, 143 | `interrupted` | a signal |", "| 2 |  | usage |",
                     "| `name` (required) | a policy, see `scx-cosim list` | the policy |", "| `times` | 1 to 5, or [least, most] | number of loads |",
                     "| `fork` | 400 | a task made |", "| `seeds` | 0 or more | the seeds |", "| `one_hart` | A task runs on one hart. |", "| `irqs_off` | interrupts were off |", "| `breakout` (verbose) | `limit`, `retry` | it ends |", "| `retry` of `breakout` | `kick`, `none` |",
                     "| `Rq::x` | its hart |", "| policy words | policies |", "| `one_dsq` | It is on one. |",
                     "| `void tick(void* state, Task* p)` | a tick | REST | ops_body |", "| `uint64_t scx_now()` | the time | anywhere | kfunc |"):
            self.assertIn(line + "\n", self.page())

    def test_stale(self):
        self.generate()
        self.write("docs/page.md", self.page().replace("400", "401"))
        status, said = self.generate("--check")
        self.assertEqual((status, "run scripts/gen_docs.py" in said), (1, True))

    def test_missing_and_unknown(self):
        self.write("docs/page.md", self.page().replace("generated: costs", "costs"))
        self.assertIn("no page has `<!-- generated: costs -->`", self.generate()[1])
        self.write("docs/page.md", "<!-- generated: prices -->\n<!-- end -->\n")
        self.assertIn("`generated: prices` is no table", self.generate()[1])

    def test_declarations_without_a_text(self):
        self.write("firmware/kernel/trace/events.yaml", EVENTS.replace(", doc: \"it ends\"", ""))
        self.assertIn("breakout has no doc", self.generate()[1])
        self.write("firmware/kernel/trace/events.yaml", EVENTS)
        self.write("firmware/kernel/invariants.cpp", 'require(a == b, "one_dsq", "pid");\nrequire(c, "dsq_nr", "no");\n')
        self.assertIn("differ in dsq_nr", self.generate()[1])


if __name__ == "__main__":
    unittest.main()
