// SPDX-License-Identifier: Apache-2.0
// Which events of a log to show: "event=kick,event=breakout,hart=1,from=1000,to=2000,self=true". A comma or a backslash that
// belongs to a value has a backslash before it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "log/decode.h"

namespace event_log {

class Filter {
 public:
  // Any key that is not event, hart, from or to is a field, compared with its printed form. Keys given more than once
  // are alternatives. Throws std::invalid_argument.
  static Filter parse(std::string_view text);
  [[nodiscard]] bool accepts(const EventView& event);
  // Of the events, harts and values asked for, those that none of the events seen by accepts() has: "hart=9; there is hart 0
  // only". Where nothing is shown, they say why.
  [[nodiscard]] std::vector<std::string> never_seen() const;

 private:
  template <typename Wanted>
  struct Choice {
    Wanted wanted;
    bool seen = false;
  };
  struct FieldChoice {
    std::string key;
    std::string value;
    bool seen = false;
    std::set<std::string> others = {};  // names that came instead, some of them
  };

  void add(std::string_view key, std::string_view value);

  std::vector<Choice<std::uint8_t>> events_;
  std::vector<Choice<std::uint64_t>> harts_;
  std::vector<FieldChoice> fields_;
  sim::HartId last_hart_ = 0;
  sim::Cycle from_ = 0;
  sim::Cycle to_ = sim::kNever;
};

}  // namespace event_log
