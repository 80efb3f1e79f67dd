// SPDX-License-Identifier: Apache-2.0
// The machine a scenario runs on: the name of a file, a map, or a map with a file as its base.
#pragma once

#include <string>

#include "tb/config/library.h"
#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// There could be a machine with that many harts, but this build has no model of it yet. The message says how to get it.
class ModelNotBuilt : public ConfigError {
 public:
  ModelNotBuilt(const Place& place, std::string_view path, std::string_view what, unsigned harts_)
      : ConfigError(place, path, what), harts(harts_) {}
  const unsigned harts;
};

// Replaces a name by the map in its file, and `base: NAME` by that map under the keys given beside it. Files are looked
// for beside the scenario first (`near`: the scenario's folder), then among the shipped ones.
[[nodiscard]] Tree expand_hardware(const Tree& value, const Library& library, const std::filesystem::path& near);

// `tree` has been expanded. Throws ModelNotBuilt last, when all the rest is sound.
[[nodiscard]] Hardware read_hardware(const Tree& tree, const std::string& path, const Library& library);

}  // namespace tb::config
