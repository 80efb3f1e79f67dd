// SPDX-License-Identifier: Apache-2.0
#include "log/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

#include "log/nearest.h"

namespace event_log {

namespace {

std::uint64_t number(std::string_view key, std::string_view value) {
  std::uint64_t result = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
  if (error != std::errc{} || end != value.data() + value.size())
    throw std::invalid_argument(fmt::format("filter: {} expects a number, got '{}'", key, value));
  return result;
}

std::vector<std::string> known_keys() {
  std::set<std::string> keys{"event", "hart", "from", "to"};
  for (const auto& type : trace::schema::kEvents)
    for (const auto& field : type.fields) keys.emplace(field.name);
  return {keys.begin(), keys.end()};
}

// Takes the first part off `text`, up to a comma that is none of its value's.
std::string take_part(std::string_view& text) {
  std::string part;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != ','; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    part += text[at];
  }
  text.remove_prefix(std::min(text.size(), at + 1));
  return part;
}

}  // namespace

Filter Filter::parse(std::string_view text) {
  Filter filter;
  while (!text.empty()) {
    const std::string part = take_part(text);
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos)
      throw std::invalid_argument(fmt::format("filter: expected key=value, got '{}' (a comma in a value is written \\,)", part));
    filter.add(std::string_view(part).substr(0, equals), std::string_view(part).substr(equals + 1));
  }
  return filter;
}

void Filter::add(std::string_view key, std::string_view value) {
  if (key == "event") {
    const auto* id = find_event(value);
    if (!id) throw std::invalid_argument(fmt::format("filter: unknown event '{}'{}", value, words::hint(value, event_names())));
    events_.push_back({*id});
  } else if (key == "hart") {
    harts_.push_back({number(key, value)});
  } else if (key == "from") {
    from_ = number(key, value);
  } else if (key == "to") {
    to_ = number(key, value);
  } else {
    const auto known = known_keys();
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw std::invalid_argument(fmt::format("filter: unknown key '{}'{}", key, words::hint(key, known)));
    fields_.push_back({std::string(key), std::string(value)});
  }
}

namespace {

// Marks the choice that an event is, and says whether there is one; no choices: any will do.
template <typename Choices>
bool choose(Choices& choices, std::uint64_t have) {
  bool chosen = choices.empty();
  for (auto& choice : choices) {
    if (choice.wanted != have) continue;
    choice.seen = chosen = true;
  }
  return chosen;
}

}  // namespace

bool Filter::accepts(const EventView& event) {
  const auto& type = type_of(event.id);
  last_hart_ = std::max(last_hart_, event.hart);
  bool accepted = event.cycle >= from_ && event.cycle <= to_;
  accepted = choose(events_, event.id) && accepted;
  accepted = choose(harts_, event.hart) && accepted;
  // Every field named must have one of the values named for it; an event without that field is not meant.
  std::set<std::string_view> wanted, had;
  for (FieldChoice& choice : fields_) {
    wanted.insert(choice.key);
    const int index = find_field(event.id, choice.key);
    if (index < 0) continue;
    const auto i = static_cast<std::size_t>(index);
    const std::string have = to_string(event.fields[i], type.fields[i]);
    constexpr std::size_t kOthersMax = 1000;
    if (have != choice.value) {
      if (type.fields[i].type == trace::schema::FieldType::kComm && choice.others.size() < kOthersMax) choice.others.insert(have);
      continue;
    }
    choice.seen = true;
    had.insert(choice.key);
  }
  return accepted && wanted == had;
}

std::vector<std::string> Filter::never_seen() const {
  std::vector<std::string> texts;
  for (const auto& choice : events_)
    if (!choice.seen) texts.push_back(fmt::format("event={}", type_of(choice.wanted).name));
  for (const auto& choice : harts_)
    if (!choice.seen)
      texts.push_back(fmt::format("hart={}; there {}", choice.wanted,
                                  last_hart_ == 0 ? "is hart 0 only" : fmt::format("are harts 0 to {}", last_hart_)));
  for (const FieldChoice& choice : fields_) {
    if (choice.seen) continue;
    const std::vector<std::string> others(choice.others.begin(), choice.others.end());
    const auto close = words::nearest(choice.value, others);
    texts.push_back(fmt::format("{}={}{}", choice.key, choice.value, close ? fmt::format("; did you mean '{}'?", *close) : ""));
  }
  return texts;
}

}  // namespace event_log
