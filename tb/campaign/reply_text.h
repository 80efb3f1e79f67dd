// SPDX-License-Identifier: Apache-2.0
// Replies of workers as bytes for a pipe.
#pragma once

#include <string>

#include "tb/campaign/worker.h"

namespace tb::campaign {

[[nodiscard]] std::string to_text(const Reply& reply);
// Throws json::Error.
[[nodiscard]] Reply reply_from(const std::string& text);

}  // namespace tb::campaign
