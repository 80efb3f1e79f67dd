// SPDX-License-Identifier: Apache-2.0
// How the rest of the product learns of the policies: a name, a question answered, an option table, an ops table.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace kernel {

struct SchedExtOps;  // ext/ops.h

struct PolicyOption {
  const char* name;  // as written in a scenario
  const char* help;  // with units
  int64_t min;
  int64_t max;
  int64_t default_value;
  const char* const* names;  // null: a number; else `names[0..nr_names)`, the value is the index (on|off: {"off", "on"})
  uint32_t nr_names;
};

struct Policy {
  const char* name;
  const char* help;
  const PolicyOption* options;
  uint32_t nr_options;
  // Fills ops from the option values, in table order. Called at every boot: no state survives in the policy's code.
  void (*setup)(SchedExtOps& ops, const int64_t* values);
  // The statistics that the loader prints from time to time: lines that end in newlines. Null: none.
  void (*print_stats)(const void* state, char* out, size_t size) = nullptr;
  // Bit per CPU: where loader and load must run. Null: anywhere.
  uint64_t (*load_cpus)(const int64_t* values) = nullptr;
  // The loader loads it again when its exit code asks for that.
  bool restarts = true;
};

// All policies, in the order `scx-cosim list` prints them (schedulers/registry.cpp).
extern const Policy* const kPolicies[];
extern const unsigned kNrPolicies;

}  // namespace kernel
