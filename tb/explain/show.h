// SPDX-License-Identifier: Apache-2.0
// An explanation as text of one screen, and as JSON.
#pragma once

#include <string>

#include "json/value.h"
#include "tb/explain/explanation.h"
#include "tb/explain/proof.h"

namespace tb::explain {

// `full`: all entries of the ledger; else the first few, and the sum of the others.
[[nodiscard]] std::string to_text(const Explanation& of, const std::optional<Proof>& proof, bool full);
[[nodiscard]] json::Value to_json(const Explanation& of, const std::optional<Proof>& proof, bool full);

}  // namespace tb::explain
