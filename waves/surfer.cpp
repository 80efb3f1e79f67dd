// SPDX-License-Identifier: Apache-2.0
#include "waves/surfer.h"

#include <fmt/format.h>

#include <algorithm>

#include "waves/layout.h"

namespace waves {

namespace {

// Names of Surfer's default theme.
std::string_view colour_name(Colour colour) {
  switch (colour) {
    case Colour::kNormal: return "";
    case Colour::kRed: return "Red";
    case Colour::kOrange: return "Orange";
    case Colour::kYellow: return "Yellow";
    case Colour::kGreen: return "Green";
    case Colour::kBlue: return "Blue";
    case Colour::kIndigo: return "Purple";
    case Colour::kViolet: return "Violet";
  }
  return "";
}

std::string format_name(const Row& row) {
  switch (row.signal->radix) {
    case Radix::kBit: return "";
    case Radix::kBits: return "Binary";
    case Radix::kHex: return "Hexadecimal";
    case Radix::kDecimal:
    case Radix::kAnalog: return "Unsigned";
    case Radix::kName: return surfer_mapping_name(std::string(row.signal->names), row.bits);
  }
  return "";
}

// A name is one word there.
std::string one_word(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ' ' || c == ':'; }, '_');
  return text;
}

}  // namespace

std::string surfer_command_file(const Picture& picture, const std::string& name) {
  const std::uint64_t period = 1'000'000 / picture.clock_mhz;
  std::string out = fmt::format("# written by scx-cosim: surfer waves.fst --command-file {}\n", name);
  for (const Group& group : lay_out(picture)) {
    if (!group.open) continue;
    out += fmt::format("divider_add {}\n", one_word(group.title));
    for (const Row& row : group.rows) {
      out += fmt::format("variable_add {}\n", row.path);
      const std::string format = format_name(row);
      const std::string_view colour = colour_name(row.signal->colour);
      if (!format.empty()) out += fmt::format("item_set_format {}\n", format);
      if (!colour.empty()) out += fmt::format("item_set_color {}\n", colour);
    }
  }
  for (const Marker& marker : picture.markers)
    out += fmt::format("marker_set {} {}\n", one_word(marker.name), marker.cycle * period);
  if (!picture.markers.empty()) out += fmt::format("cursor_set {}\n", picture.markers.front().cycle * period);
  return out;
}

std::string surfer_mapping_name(const std::string& table, unsigned bits) { return fmt::format("scx_{}_{}", table, bits); }

std::string surfer_mapping(const NameTable& table, unsigned bits) {
  std::string text = fmt::format("Name = {}\nBits = {}\n", surfer_mapping_name(table.name, bits), bits);
  for (const auto& [value, name] : table.values)
    if (bits >= 64 || value < std::uint64_t{1} << bits) text += fmt::format("{} {}\n", value, name);
  return text;
}

}  // namespace waves
