// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "tb/result/result.h"

namespace tb {

// A result and where it is.
struct StoredResult {
  Result result;
  std::string name;  // of the run within its scenario: VARIANT, or VARIANT/seed-N
  std::filesystem::path dir;
  std::string open_waves;    // the command that opens its waves; --at may follow
  bool stored = true;        // result.json of this run is in `dir`; with `lost`, one from before its waves were made
  std::string lost = {};     // why result.json could not be written; empty: it was
  std::string explain = {};  // the command that says why its tasks waited
};

}  // namespace tb
