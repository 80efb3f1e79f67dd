// SPDX-License-Identifier: Apache-2.0
// Replies of workers as bytes for a pipe.
#pragma once

#include <string>

#include "tb/campaign/worker.h"

namespace tb::campaign {

[[nodiscard]] std::string to_text(const Reply& reply);
// Throws json::Error.
[[nodiscard]] Reply reply_from(const std::string& text);

// Numbers of which some may be none: NaN as null.
[[nodiscard]] json::Value number_or_null(double value);
[[nodiscard]] double number_from(const json::Value& value);

}  // namespace tb::campaign
