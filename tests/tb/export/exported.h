// SPDX-License-Identifier: Apache-2.0
// A short log, exported, and files read whole.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tb/export/export.h"
#include "tests/tb/analysis/run_dir.h"

namespace tb::test {

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::function<void()> switched(unsigned prev, const char* prev_comm, trace::TaskState state, unsigned next,
                                      const char* next_comm, trace::Class next_class = trace::Class::kFair) {
  return [=] { trace::sched_switch(prev, prev_comm, state, next, next_comm, trace::Class::kFair, next_class); };
}

// On a machine with 2 harts at 100 MHz (run_dir.h): hart 0 wakes task 5 for hart 1 and sends it an IPI, hart 1 wakes up, takes the
// interrupt, runs the task, and loops in a balance until a breakout.
inline const std::vector<Played> kExportScript = {
    {0, 0, [] { trace::reset(0, false); }},
    {100, 1, [] { trace::wfi_enter(0); }},
    {200, 0, [] { trace::task_new(5, "work,er", trace::Class::kRt, 3); }},
    {300, 0, [] { trace::sched_wakeup(5, "work,er", 1); }},
    {310, 0, [] { trace::need_resched(1, true); }},
    {320, 0, [] { trace::ipi_raise(1, trace::IpiReason::kReschedule, true); }},
    {330, 1, [] { trace::wfi_exit(); }},
    {331, 1, [] { trace::irq_on(trace::Site::kIdle); }},
    {340, 1, [] { trace::irq_entry(trace::Cause::kSoftware); }},
    {350, 1, [] { trace::softirq_entry(trace::Softirq::kRcu); }},
    {360, 1, [] { trace::softirq_exit(trace::Softirq::kRcu); }},
    {370, 1, [] { trace::irq_exit(trace::Cause::kSoftware); }},
    {371, 1, [] { trace::irq_on(trace::Site::kIdle); }},
    {380, 1, [] { trace::irq_off(trace::Site::kSchedule); }},
    {400, 1, [] { trace::need_resched(1, false); }},
    {400, 1, switched(0, "swapper/1", trace::TaskState::kR, 5, "work,er", trace::Class::kRt)},
    {401, 1, [] { trace::irq_on(trace::Site::kContextSwitch); }},
    {500, 1, [] { trace::user_print(5, trace::Stream::kStdout, "two\nlines \"quoted\""); }},
    {600, 1, [] { trace::irq_off(trace::Site::kSchedule); }},
    {610, 1, [] { trace::balance_enter(5); }},
    {620, 1, [] { trace::dispatch_call(1); }},
    {630, 1, [] { trace::dispatch_call(2); }},
    {640, 1, [] { trace::breakout(2, trace::Retry::kKick); }},
    {650, 1, [] { trace::balance_exit(false, 2, true, 0); }},
    {700, 1, switched(5, "work,er", trace::TaskState::kS, 0, "swapper/1", trace::Class::kIdle)},
    {701, 1, [] { trace::irq_on(trace::Site::kContextSwitch); }},
    {90'000'000, 1, [] { trace::scx_disable("qmap", 1024, -1, "reason", ""); }},
};

}  // namespace tb::test
