// SPDX-License-Identifier: Apache-2.0
#include "waves/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform.h"  // generated

namespace waves {

namespace {

constexpr unsigned kOpenHartsMax = 4;  // more do not fit on a screen

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string channel_of(unsigned hart) {
  return fmt::format("{}.u_channels.g_channel[{}]", hart < platform::swdt::kPerInstance ? "swdt0" : "g_swdt1.swdt1",
                     hart % platform::swdt::kPerInstance);
}

std::string filled_in(std::string_view pattern, unsigned hart) {
  std::string text(pattern);
  replace_all(text, "{h}", std::to_string(hart));
  replace_all(text, "{channel}", channel_of(hart));
  return text;
}

Row row_of(const Signal& signal, const Source& source, unsigned hart) {
  return {filled_in(signal.label, hart), fmt::format("{}.{}", source.top, filled_in(signal.path, hart)),
          signal.bits == 0 ? source.harts : signal.bits, &signal};
}

template <std::size_t size>
void add_rows(std::vector<Row>& rows, const std::array<Signal, size>& signals, const Source& source, unsigned hart,
              unsigned wanted) {
  for (const Signal& signal : signals)
    if ((signal.views & wanted) != 0) rows.push_back(row_of(signal, source, hart));
}

std::string title_of(const Source& source, const std::string& group) {
  return source.title.empty() ? group : source.title + ": " + group;
}

// The hart in question, those that matter next, the others as they follow the first one.
std::vector<unsigned> in_order(const Source& source) {
  std::vector<unsigned> harts{source.first_hart};
  const auto add = [&](unsigned hart) {
    if (hart < source.harts && std::ranges::find(harts, hart) == harts.end()) harts.push_back(hart);
  };
  for (const unsigned hart : source.next_harts) add(hart);
  for (unsigned i = 0; i < source.harts; ++i) add((source.first_hart + i) % source.harts);
  return harts;
}

}  // namespace

unsigned open_harts(View view) {
  switch (view) {
    case View::kOverview:
    case View::kIpi: return kOpenHartsMax;
    case View::kBreakout:
    case View::kWatchdog: return 2;
    case View::kKick:
    case View::kAligned: return 1;
  }
  return 1;
}

std::vector<Group> lay_out(const Picture& picture) {
  const unsigned wanted = tags::of(picture.view);
  std::vector<Group> groups;
  const bool many = picture.view == View::kAligned;
  for (const Source& source : picture.sources) {
    unsigned shown = 0;
    for (const unsigned hart : in_order(source)) {
      Group group{title_of(source, fmt::format("hart {}", hart)), shown++ < open_harts(picture.view), &source, {}};
      add_rows(group.rows, kHartSignals, source, hart, wanted);
      groups.push_back(std::move(group));
    }
    Group devices{title_of(source, "devices"), !many, &source, {}};
    add_rows(devices.rows, kDeviceSignals, source, 0, wanted);
    if (!devices.rows.empty()) groups.push_back(std::move(devices));
  }
  if (many) std::stable_partition(groups.begin(), groups.end(), [](const Group& group) { return group.open; });
  return groups;
}

std::vector<Row> all_rows(const Source& source) {
  std::vector<Row> rows;
  for (unsigned hart = 0; hart < source.harts; ++hart) add_rows(rows, kHartSignals, source, hart, tags::kAll);
  add_rows(rows, kDeviceSignals, source, 0, tags::kAll);
  return rows;
}

std::string range_of(const Row& row) {
  if (row.signal->bits == 1) return "";
  return row.bits == 1 ? "[0]" : fmt::format("[{}:0]", row.bits - 1);
}

}  // namespace waves
