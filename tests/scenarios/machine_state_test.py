#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goal: the equality suite sees any register that differs at any cycle it looks at, and blames no other."""
import unittest

import equality
import machine_state

HEADER = """$timescale 1ps $end
$scope module TOP $end
$scope module soc $end
$var wire 1 ! stirred_q $end
$scope module mtimer $end
$var wire 16 " phase_q [15:0] $end
$upscope $end
$scope module swdt0 $end
$var wire 16 " phase_i [15:0] $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
"""


def states(changes, times=(15, 25)):
    return machine_state.read_vcd((HEADER + changes).splitlines(), times)


class ReadVcd(unittest.TestCase):
    def test_a_time_stands_for_all_that_has_happened_by_then(self):
        early, late = states("#10\n0!\nb0000000000000001 \"\n#15\n1!\n#16\n0!\n#25\nb0000000000000010 \"\n")
        self.assertEqual(early, {"TOP.soc.stirred_q": "1", "TOP.soc.mtimer.phase_q": "0000000000000001",
                                 "TOP.soc.swdt0.phase_i": "0000000000000001"})
        self.assertEqual(late["TOP.soc.stirred_q"], "0")
        self.assertEqual(late["TOP.soc.mtimer.phase_q"], "0000000000000010")

    def test_the_end_of_the_file_answers_for_later_times(self):
        early, late = states("#10\n0!\nb1 \"\n")
        self.assertEqual(early, late)
        self.assertEqual(len(early), 3)


class Differences(unittest.TestCase):
    def test_names_the_signal_that_differs_and_both_values(self):
        one, _ = states("#10\n0!\nb01 \"\n")
        other, _ = states("#10\n0!\nb10 \"\n")
        self.assertEqual(machine_state.differences(one, other),
                         [("TOP.soc.mtimer.phase_q", "01", "10"), ("TOP.soc.swdt0.phase_i", "01", "10")])
        self.assertEqual(machine_state.differences(one, one), [])

    def test_a_signal_that_one_of_them_lacks_differs(self):
        one, _ = states("#10\n0!\nb01 \"\n")
        self.assertEqual(machine_state.differences(one, {"TOP.soc.stirred_q": "0"}),
                         [("TOP.soc.mtimer.phase_q", "01", "nothing"), ("TOP.soc.swdt0.phase_i", "01", "nothing")])

    def test_no_counter_is_exempt(self):
        self.assertEqual(machine_state.differences({"TOP.soc.stirred_q": "0"}, {"TOP.soc.stirred_q": "1"}), [])
        self.assertEqual(len(machine_state.differences({"TOP.soc.stirred_q": "00"}, {"TOP.soc.stirred_q": "01"})), 1)
        for counter in ("mtimer.phase_q", "mtimer.mtime_q", "cycle_q", "swdt0.u_channels.count_q", "mswi.wait_q", "bus.wait_q",
                        "g_hart[0].hart.remaining_q", "g_hart[0].hart.entry_q", "sim_bus_horizon_o", "horizon_min.en_q"):
            self.assertFalse(machine_state.may_differ("TOP.soc." + counter, "0" * 16), counter)


class Compare(unittest.TestCase):
    @staticmethod
    def runs(**changes):
        def run(state, **result):
            base = {"outcome": "passed", "message": "", "ending": "running", "cycles": 100, "speed": {"ops": 7},
                    "hash": {"events": "e"}}
            return {"base": equality.Run({**base, **result}, state)}
        made = {"skip": run({}), "skip_cut": run({50: {"a": "0"}, 100: {"a": "1"}}), "plain_cut": run({50: {"a": "0"}, 100: {"a": "1"}})}
        for mode, (state, result) in changes.items():
            made[mode] = run(state, **result)
        return made

    def test_equal_runs_have_no_problem(self):
        self.assertEqual(equality.compare(self.runs(), [50, 100]), [])

    def test_events_and_states_count(self):
        good = {50: {"a": "0"}, 100: {"a": "1"}}
        self.assertIn("skip", equality.compare(self.runs(plain_cut=(good, {"hash": {"events": "f"}})), [50, 100])[0])
        self.assertEqual(equality.compare(self.runs(plain_cut=({50: {"a": "1"}, 100: {"a": "1"}}, {})), [50, 100]),
                         ["base: at cycle 50 a is 0 in skip_cut but 1 in plain_cut"])

    def test_a_state_that_was_not_seen_is_a_problem(self):
        self.assertEqual(equality.compare(self.runs(plain_cut=({50: {"a": "0"}}, {})), [50, 100]),
                         ["base: no states to compare"])
        self.assertEqual(equality.compare({"skip": {}}, []), ["no results"])


if __name__ == "__main__":
    unittest.main()
