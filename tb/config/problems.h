// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration, gathered: one reading names all of it, not the first only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tb/config/tree.h"

namespace tb::config {

class Problems {
 public:
  // Each message is kept once; the same place is read for each variant. `note` follows those that are new.
  void add(const ConfigError& error, std::string_view note = {});

  // Calls `read`; a ConfigError it throws is added. True if no problem came up.
  template <typename Read>
  bool attempt(const Read& read) {
    const std::size_t before = seen_;
    try {
      read();
    } catch (const ConfigError& error) {
      ++seen_;
      add(error);
    }
    return seen_ == before;
  }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  // Throws a ConfigError of all there is, if there is any.
  void raise() const;

 private:
  struct Entry {
    std::string message;
    std::string note;
  };
  std::vector<Entry> entries_;
  std::size_t seen_ = 0;  // repetitions and echoes included
};

}  // namespace tb::config
