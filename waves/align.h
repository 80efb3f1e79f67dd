// SPDX-License-Identifier: Apache-2.0
// Several dumps in one, each below a scope of its own and shifted in time. It holds the listed signals (signals.h), not
// all that was dumped. Signals that are drawn as steps get one scale: all have the highest value of any of them, once, behind the end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "waves/view.h"

namespace waves {

struct AlignedDump {
  std::filesystem::path fst;
  Source source;           // as in that dump
  std::string scope;       // its top in the new one
  std::int64_t shift;      // added to its times, picoseconds; no time may become negative
  std::uint64_t from = 0;  // the part of it that is taken, in its own times; before and after it the signals are unknown
  std::uint64_t to = ~std::uint64_t{0};
};

// Throws std::runtime_error: a dump cannot be read, lacks a listed signal, or the new one cannot be written.
void align_dumps(const std::vector<AlignedDump>& dumps, const std::filesystem::path& fst);

}  // namespace waves
