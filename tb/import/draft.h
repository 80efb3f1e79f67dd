// SPDX-License-Identifier: Apache-2.0
// A scenario in the making, and its text: what was read from elsewhere, with a comment that says what could not be carried over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tb/config/tree.h"

namespace tb::import {

// One step; "of" and the like follow as further pairs.
[[nodiscard]] config::Tree step(std::string_view key, config::Tree value);
[[nodiscard]] config::Tree step(std::string_view key, std::string_view name);
[[nodiscard]] config::Tree step(std::string_view key, std::uint64_t number);
[[nodiscard]] config::Tree loop(std::uint64_t times, std::vector<config::Tree> steps);

// A list has a limited length: a longer one becomes a list of loops that are done once. Throws ConfigError if that does not help.
[[nodiscard]] config::Tree program_of(std::vector<config::Tree> steps);

// What the user wants of the scenario beside what the file says.
struct Wishes {
  std::string scheduler;  // name of a policy; empty: none
  std::string hardware;   // name of a machine; empty: mc4, with as many harts as are needed
};

struct Draft {
  std::string name;
  std::string question;
  std::string source;              // the file, for the comment
  std::string what;                // what it is, for the comment
  std::vector<std::string> notes;  // what could not be carried over, a sentence each
  std::vector<std::string> facts;  // other remarks
  unsigned harts = 0;              // that it needs; 0: it does not say
  bool harts_exact = false;        // and no others
  std::uint64_t until_us = 0;
  std::vector<config::Tree> tasks;

  // Once each.
  void note(const std::string& sentence);
};

[[nodiscard]] std::string text_of(const Draft& draft, const Wishes& wishes);

}  // namespace tb::import
