// SPDX-License-Identifier: Apache-2.0
// Names of the kernel's own tasks, declared once in thread_names.def: for those who make them and those who look for them.
#pragma once

#include <stdint.h>

namespace kernel {

// How many there are of a name.
enum class ThreadNumber : uint8_t {
  one,
  each_cpu,
  each_hotplug_cpu,  // one per CPU in a kernel whose CPUs can go, else none
  one_of_policies,   // one, from the first load on
  workers,           // as many as there is work for
};

namespace thread_names {

#define THREAD(id, comm, number, what) inline constexpr char id[] = comm;
#include "firmware/kernel/thread_names.def"
#undef THREAD

}  // namespace thread_names

// The comm of a loader; %s: its policy.
inline constexpr char kLoaderComm[] = "scx_%s";

}  // namespace kernel
