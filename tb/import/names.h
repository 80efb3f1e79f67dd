// SPDX-License-Identifier: Apache-2.0
// Names of a scenario for things that may be called anything elsewhere.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace tb::import {

// Of tasks, or of mutexes, or of anything that shares a space of names: the same thing always gets the same name, and no two
// things the same.
class Names {
 public:
  explicit Names(std::size_t length_max) : length_max_(length_max) {}

  // `room`: characters to leave for the number of a copy.
  const std::string& of(const std::string& foreign, std::size_t room = 0);
  // Those whose name is another one: foreign, own.
  [[nodiscard]] std::map<std::string, std::string> changed() const;

 private:
  std::size_t length_max_;
  std::map<std::string, std::string> names_;
  std::set<std::string> used_;
};

// As the name of a scenario: of a file name, without folder and ending.
[[nodiscard]] std::string scenario_name(const std::string& path);

}  // namespace tb::import
