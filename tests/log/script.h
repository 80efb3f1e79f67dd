// SPDX-License-Identifier: Apache-2.0
// A few events of each kind: two at one cycle, a verbose one, one with texts, one of a third hart.
#pragma once

#include <vector>

#include "tests/tb/support.h"

namespace event_log {

namespace test = tb::test;

inline const std::vector<test::Played> kScript = {
    {5, 0, [] { trace::irq_off(trace::Site::kSchedule); }},
    {5, 1, [] { trace::lock_acquired(3, 0); }},  // verbose
    {70'000, 0,
     [] {
       trace::sched_switch(0, "swapper/0", trace::TaskState::kR, 4096, "sleeper,\"0\"", trace::Class::kIdle, trace::Class::kExt);
     }},
    {70'001, 2, [] { trace::balance_exit(true, ~0ULL, true, 0); }},
};

}  // namespace event_log
