// SPDX-License-Identifier: Apache-2.0
// Proof by taking the cause away: the same run, the same seed, one thing changed.
#pragma once

#include <filesystem>
#include <string>

#include "tb/explain/explanation.h"
#include "tb/run/backend.h"

namespace tb::explain {

enum class Finding : std::uint8_t {
  proven,        // the wait is at most half as long
  in_part,       // it is shorter
  withdrawn,     // it is as long as before, within a tenth
  not_possible,  // nothing could be taken away, or the changed run did not come that far; `changed` says why
};

struct Proof {
  Finding finding = Finding::not_possible;
  std::string changed;       // "with kernel.breakout.limit = 32"
  bool storm = false;        // `before` and `after` are numbers of IPIs; else
  std::uint64_t before = 0;  // cycles that the task waited,
  std::uint64_t after =
      0;  // and that it waits at most in the same stretch of the changed run, or at all if it does not wait there
  std::filesystem::path dir;  // of the changed run
};

[[nodiscard]] std::string_view name_of(Finding finding);

// Runs up to the end of the wait, into a folder below the run's directory. Tries changes from the mildest on until one proves it; the last
// one tried otherwise. Of an explanation with a wait.
[[nodiscard]] Proof prove(const Backend& backend, const std::filesystem::path& run_dir, const Explanation& of);
// Host seconds that one try takes, as far as the run tells; 0: not known.
[[nodiscard]] double seconds_of_a_try(const Explanation& of);

}  // namespace tb::explain
