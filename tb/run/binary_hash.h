// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tb::run {

// Of the running program's file: versions say what was meant to be in it, this says what is. Empty if it cannot be read.
[[nodiscard]] const std::string& binary_hash();

}  // namespace tb::run
