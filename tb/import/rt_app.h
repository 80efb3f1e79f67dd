// SPDX-License-Identifier: Apache-2.0
// Loads of rt-app (https://github.com/scheduler-tools/rt-app, doc/tutorial.txt) as scenarios.
#pragma once

#include <string>

#include "tb/import/draft.h"

namespace tb::import {

// Of the text of a JSON file, called `source` in messages. Throws ConfigError with the place.
[[nodiscard]] Draft import_rt_app(const std::string& text, const std::string& source);

}  // namespace tb::import
