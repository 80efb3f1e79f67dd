// SPDX-License-Identifier: Apache-2.0
// Helpers that several policies need.
#pragma once

#include <stdarg.h>
#include <stdint.h>

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/base/placement.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/ext/exit_info.h"
#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/ext/maps.h"
#include "firmware/kernel/ext/ops.h"
#include "firmware/schedulers/policies.h"

namespace schedulers::toolbox {

inline constexpr const char* kOffOn[] = {"off", "on"};

constexpr PolicyOption number_option(const char* name, const char* help, int64_t min, int64_t max, int64_t default_value) {
  return {.name = name, .help = help, .min = min, .max = max, .default_value = default_value, .names = nullptr, .nr_names = 0};
}

constexpr PolicyOption switch_option(const char* name, const char* help, bool default_value) {
  return {.name = name, .help = help, .min = 0, .max = 1, .default_value = default_value ? 1 : 0, .names = kOffOn, .nr_names = 2};
}

template <class State>
State& as(void* state) {
  return *static_cast<State*>(state);
}

inline void set_name(SchedExtOps& ops, const char* name) {
  for (unsigned i = 0; i + 1 < kScxOpsNameLen && name[i] != '\0'; ++i) ops.name[i] = name[i];
}

// Text put together piece by piece; a text that does not fit is cut.
class Text {
 public:
  Text(char* out, size_t size) : out_(out), size_(size) { out_[0] = '\0'; }
  void print(const char* pattern, ...) __attribute__((format(printf, 2, 3))) {
    va_list args;
    va_start(args, pattern);
    length_ += format(out_ + length_, size_ - length_, pattern, args);
    va_end(args);
  }

 private:
  char* out_;
  size_t size_;
  size_t length_ = 0;
};

}  // namespace schedulers::toolbox
