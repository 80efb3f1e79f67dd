// SPDX-License-Identifier: Apache-2.0
// Every policy in the forms that differ, and a load of all kinds of tasks.
#pragma once

#include <string>

#include "tests/kernel/kernel_run.h"

namespace kernel {

namespace test {

inline void load_policy(KernelRun& run, const std::string& name) {
  if (name == "simple") run.policy("simple", {{"slice_us", 300}});
  if (name == "simple_fifo") run.policy("simple", {{"slice_us", 300}, {"fifo", 1}});
  if (name == "central") run.policy("central", {{"slice_us", 300}, {"timer_us", 200}});
  if (name == "qmap") run.policy("qmap", {{"slice_us", 300}});
  if (name == "qmap_v7") run.policy("qmap", {{"slice_us", 300}, {"enqueue", 0}});
  if (name == "qmap_fifo") run.policy("qmap", {{"slice_us", 300}, {"direct_dispatch", 0}, {"dsp_batch", 4}});
  if (name == "qmap_boost") {
    run.policy("qmap", {{"slice_us", 300}, {"direct_dispatch", 0}, {"boost_highpri", 1}, {"print_shared", 1}, {"monitor_ms", 1}});
  }
  if (name == "stale_pops") run.policy("stale_pops", {{"slice_us", 300}, {"stale_per_live", 5}});
}

// central leaves a hog on the central CPU until somebody wakes or another CPU asks: on one CPU that may be never.
inline bool may_have_a_hog(const std::string& policy, unsigned nr_cpus) { return policy != "central" || nr_cpus > 1; }

inline void populate(KernelRun& run, const std::string& policy) {
  const unsigned nr_cpus = run.config.nr_cpus;
  for (unsigned i = 0; i < 12; ++i) {
    TaskSpec& spec = run.task("t", {{ProgramOpKind::kRun, 10 * kUs, 200 * kUs},
                                    {ProgramOpKind::kSleep, 5 * kUs, 300 * kUs},
                                    {ProgramOpKind::kRun, 1 * kUs, 50 * kUs},
                                    yield()});
    // By vtime the lightest of a wide range would wait for seconds.
    const int step = policy == "simple" ? 1 : 3;
    spec.nice = static_cast<std::int8_t>((static_cast<int>(i) - 6) * step);
    if (i % 4 == 3) spec.cpus_allowed = std::uint64_t{1} << (i % nr_cpus);
    spec.once = i == 5;
  }
  if (may_have_a_hog(policy, nr_cpus)) run.task("hog", {run_for(5 * kMs)});
  run.rt_task("rt", 50, {run_for(5 * kUs), sleep_for(400 * kUs)});
}

}  // namespace test

}  // namespace kernel
