// SPDX-License-Identifier: Apache-2.0
// Events as binary records, and the descriptions from which libtraceevent reads them.
#pragma once

#include <string>

#include "tb/export/record.h"

namespace tb::exports {

// The text of events/header_page.
[[nodiscard]] std::string header_page();
// The text of events/SYSTEM/EVENT/format.
[[nodiscard]] std::string format_of(std::uint8_t event);
// The record that format_of() describes.
void put_record(std::string& out, const Record& record);

}  // namespace tb::exports
