// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tb/result/result.h"

namespace tb::report {

// What the run did, in a few plain sentences: the dispatch loop, what it kept waiting, how it ended. Empty without metrics.
[[nodiscard]] std::string sentence(const Result& result);

}  // namespace tb::report
