// SPDX-License-Identifier: Apache-2.0
// Which events of a log to show: "event=kick,event=breakout,hart=1,from=1000,to=2000,self=true".
#pragma once

#include <string_view>
#include <string>
#include <utility>
#include <vector>

#include "tb/log/decode.h"

namespace tb::log {

class Filter {
 public:
  // Any key that is not event, hart, from or to is a field, compared with its printed form. Keys given more than once
  // are alternatives. Throws std::invalid_argument.
  static Filter parse(std::string_view text);
  [[nodiscard]] bool accepts(const EventView& event) const;

 private:
  void add(std::string_view key, std::string_view value);

  std::vector<std::uint8_t> events_;
  std::vector<sim::HartId> harts_;
  std::vector<std::pair<std::string, std::string>> fields_;
  sim::Cycle from_ = 0;
  sim::Cycle to_ = sim::kNever;
};

}  // namespace tb::log
