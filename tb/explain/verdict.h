// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tb/explain/explanation.h"

namespace tb::explain {

// What the ledger comes to. Of an explanation with a wait and its ledger.
[[nodiscard]] Verdict judge(const Explanation& of);

[[nodiscard]] std::string_view name_of(Class what);
[[nodiscard]] std::string_view meaning_of(Class what);

}  // namespace tb::explain
