// SPDX-License-Identifier: Apache-2.0
#include "waves/gtkwave.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "waves/layout.h"

namespace waves {

namespace {

// Trace flags of a save file (GTKWave's analyzer).
constexpr unsigned kHexFlag = 0x2;
constexpr unsigned kDecimalFlag = 0x4;
constexpr unsigned kBitFlag = 0x8;
constexpr unsigned kRightJustify = 0x20;
constexpr unsigned kBlankFlag = 0x200;
constexpr unsigned kTranslated = 0x2000;
constexpr unsigned kAnalogStep = 0x8000;
constexpr unsigned kAnalogRow = 0x20000;
constexpr unsigned kAnalogFullScale = 0x80000;
constexpr unsigned kClosed = 0x400000;
constexpr unsigned kGroupBegin = 0x800000;
constexpr unsigned kGroupEnd = 0x1000000;

constexpr unsigned kWidth = 1920;
constexpr unsigned kHeight = 1080;
constexpr double kFramePixels = 200;
constexpr double kSignalLetterPixels = 8;  // in the list of signals
constexpr std::size_t kLabelLetters = 30;
constexpr std::size_t kValueLetters = 20;
constexpr double kNameLetterPixels = 7;  // among the markers
constexpr double kBorderPixels = 40;

// Several runs share one scale: over all values, as align.h says.
unsigned flags_of(const Signal& signal, bool several) {
  switch (signal.radix) {
    case Radix::kBit:
    case Radix::kBits: return kBitFlag | kRightJustify;
    case Radix::kHex: return kHexFlag | kRightJustify;
    case Radix::kDecimal: return kDecimalFlag | kRightJustify;
    case Radix::kAnalog: return kDecimalFlag | kRightJustify | kAnalogStep | (several ? kAnalogFullScale : 0);
    case Radix::kName: return kDecimalFlag | kRightJustify | kTranslated;  // hexadecimal would need padded keys
  }
  return 0;
}

// What climbs far wants height, where there is some: in a view of one hart.
unsigned extra_rows(const Signal& signal, View view) {
  if (signal.bits < 32) return 0;
  return view == View::kBreakout || view == View::kKick || view == View::kAligned ? 3 : view == View::kWatchdog ? 2 : 1;
}

void add_row(std::string& out, const Row& row, const Source& source, View view, bool several) {
  const Signal& signal = *row.signal;
  out += fmt::format("@{:x}\n", flags_of(signal, several));
  if (signal.radix == Radix::kName) out += fmt::format("^1 {}/{}.txt\n", source.translate, signal.names);
  if (signal.colour != Colour::kNormal) out += fmt::format("[color] {}\n", static_cast<unsigned>(signal.colour));
  out += fmt::format("+{{{}}} {}{}\n", row.label, row.path, range_of(row));
  if (signal.radix == Radix::kAnalog) {
    out += fmt::format("@{:x}\n", kAnalogRow);
    for (unsigned extra = 0; extra < extra_rows(signal, view); ++extra) out += "-\n";
  }
}

void add_group(std::string& out, const Group& group, View view, bool several) {
  const unsigned closed = group.open ? 0 : kClosed;
  out += fmt::format("@{:x}\n-{}\n", kGroupBegin | kBlankFlag | closed, group.title);
  for (const Row& row : group.rows) add_row(out, row, *group.source, view, several);
  out += fmt::format("@{:x}\n-{}\n", kGroupEnd | kBlankFlag | closed, group.title);
}

char letter_of(std::size_t index) { return static_cast<char>('A' + index); }

// In the unit of the axis, and as the log counts. Runs that are shown as one have shifted cycles, which no log has.
std::string legend(const Picture& picture, std::size_t index) {
  const Marker& marker = picture.markers[index];
  const std::string cycle = picture.sources.size() > 1 ? "" : fmt::format(" @{}", marker.cycle);
  const double us = static_cast<double>(marker.cycle) / picture.clock_mhz;
  return fmt::format("{} {} {:.2f} us{}{}{}", letter_of(index), marker.name, us, cycle, marker.meaning.empty() ? "" : ": ",
                     marker.meaning);
}

// Width of the list of signals: its longest line, and the values beside it.
double signals_pixels(const Picture& picture) {
  std::size_t letters = kLabelLetters;
  for (std::size_t i = 0; i < picture.markers.size(); ++i) letters = std::max(letters, legend(picture, i).size());
  for (const std::string& line : picture.title) letters = std::max(letters, line.size());
  return kSignalLetterPixels * static_cast<double>(letters + kValueLetters);
}

double waves_pixels(const Picture& picture) { return kWidth - signals_pixels(picture) - kBorderPixels; }

// GTKWave's zoom z shows 2^-z time units in a frame of 200 pixels.
double zoom_of(const Picture& picture, std::uint64_t period) {
  const auto cycles = std::max<sim::Cycle>(picture.focus.to - picture.focus.from, 1);
  return -std::log2(static_cast<double>(cycles * period) * kFramePixels / waves_pixels(picture));
}

// GTKWave draws the names of markers in one row, each centred at its marker. One that would run into the next, or out
// of the window, is cut to its letter, which the legend explains; letters that would are drawn at one marker.
struct MarkerName {
  double x;
  std::string text;
  [[nodiscard]] double half() const { return kNameLetterPixels * static_cast<double>(text.size() + 1) / 2; }
};

// Blanks on one side of a centred text push it to the other.
void push_inside(MarkerName& name, double width) {
  const auto blanks = [](double pixels) {
    return std::string(static_cast<std::size_t>(2 * pixels / kNameLetterPixels) + 1, ' ');
  };
  if (const double left = name.half() - name.x; left > 0 && name.x >= 0) name.text = blanks(left) + name.text;
  else if (const double right = name.x + name.half() - width; right > 0 && name.x <= width) name.text += blanks(right);
}

void shorten_names(std::vector<MarkerName>& names, double width) {
  std::vector<bool> cut(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    cut[i] = names[i].x < names[i].half() || names[i].x + names[i].half() > width;
    if (i > 0 && names[i].x - names[i - 1].x < names[i].half() + names[i - 1].half()) cut[i] = cut[i - 1] = true;
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    if (cut[i]) names[i].text.resize(1);
  for (std::size_t first = 0; first < names.size();) {
    std::size_t next = first + 1;
    std::string joint = names[first].text;
    for (; next < names.size() && cut[first] && cut[next] && names[next].x - names[next - 1].x < 2 * kNameLetterPixels; ++next)
      joint += names[next].text;
    for (std::size_t i = first; i < next; ++i) names[i].text = i == (first + next - 1) / 2 ? joint : " ";
    push_inside(names[(first + next - 1) / 2], width);
    first = next;
  }
}

void add_marker_names(std::string& out, const Picture& picture) {
  const double width = waves_pixels(picture);
  const double cycles = static_cast<double>(std::max<sim::Cycle>(picture.focus.to - picture.focus.from, 1));
  std::vector<MarkerName> names;
  for (const Marker& marker : picture.markers) {
    const double from_focus = static_cast<double>(marker.cycle) - static_cast<double>(picture.focus.from);
    names.push_back({from_focus * width / cycles, fmt::format("{} {}", letter_of(names.size()), marker.name)});
  }
  shorten_names(names, width);
  for (std::size_t i = 0; i < names.size(); ++i) out += fmt::format("[markername] {}{}\n", letter_of(i), names[i].text);
}

void add_comment(std::string& out, const std::string& text) { out += fmt::format("@{:x}\n-{}\n", kBlankFlag, text); }

// Of a value, as GTKWave's translate filters have it: "?Name of X11?". Tasks are told apart by it, idle has none.
std::string colour_in(const NameTable& table, std::uint64_t value) {
  constexpr std::array<std::string_view, 8> kTaskColours{"DarkGreen", "MidnightBlue",   "SaddleBrown",   "DarkMagenta",
                                                         "DarkCyan",  "DarkOliveGreen", "DarkSlateBlue", "Brown4"};
  if (table.name != "task" || value == 0) return "";
  return fmt::format("?{}?", kTaskColours[value % kTaskColours.size()]);
}

std::uint64_t period_of(const Picture& picture) { return 1'000'000 / picture.clock_mhz; }

}  // namespace

std::string gtkwave_save_file(const Picture& picture, const std::string& save_name) {
  const std::uint64_t period = period_of(picture);
  const auto& markers = picture.markers;
  const Window& focus = picture.focus;
  std::string out =
      fmt::format("[*] written by scx-cosim; open from this folder\n[dumpfile] \"waves.fst\"\n[savefile] \"{}\"\n", save_name);
  out += fmt::format("[timestart] {}\n[size] {} {}\n[pos] -1 -1\n", focus.from * period, kWidth, kHeight);
  out += fmt::format("*{:.6f} {}", zoom_of(picture, period),
                     picture.at * period);  // the list of signals tells values there
  for (std::size_t i = 0; i < kMarkersMax; ++i) out += i < markers.size() ? fmt::format(" {}", markers[i].cycle * period) : " -1";
  out += '\n';
  add_marker_names(out, picture);
  for (const Source& source : picture.sources) out += fmt::format("[treeopen] {0}.\n[treeopen] {0}.soc.\n", source.top);
  out += fmt::format("[sst_width] 0\n[signals_width] {}\n[sst_expanded] 0\n[sst_vpaned_height] 300\n",
                     static_cast<unsigned>(signals_pixels(picture)));
  for (const std::string& line : picture.title) add_comment(out, line);
  for (std::size_t i = 0; i < markers.size(); ++i) add_comment(out, legend(picture, i));
  for (const Group& group : lay_out(picture)) add_group(out, group, picture.view, picture.sources.size() > 1);
  out += "[pattern_trace] 1\n[pattern_trace] 0\n";
  return out;
}

std::string gtkwave_translate_file(const NameTable& table) {
  std::string text;
  for (const auto& [value, name] : table.values) text += fmt::format("{} {}{}\n", value, colour_in(table, value), name);
  return text;
}

std::string gtkwave_picture_rc(const Picture& picture) {
  return fmt::format(
      "scale_to_time_dimension u\nhide_sst on\nuse_scrollbar_only on\nsplash_disable on\nenable_fast_exit "
      "on\nignore_savefile_size on\n"
      "initial_window_x {}\ninitial_window_y {}\ninitial_signal_window_width {}\n"
      "use_pango_fonts on\nfontname_signals Monospace 10\nfontname_waves Monospace 8\n",
      kWidth, kHeight, static_cast<unsigned>(signals_pixels(picture)));
}

std::string gtkwave_picture_css() {
  return "toolbar, toolbar *, entry, entry * { min-height: 0; min-width: 0; padding: 0; margin: 0; border: none;\n"
         "  font-size: 0; background: none; box-shadow: none; -gtk-icon-source: none; -gtk-icon-transform: scale(0); "
         "}\n"
         "scrollbar, scrollbar * { min-height: 0; min-width: 0; padding: 0; margin: 0; border: none; }\n"
         "frame > label, frame > border { font-size: 0; padding: 0; margin: 0; border: none; }\n";
}

std::string gtkwave_picture_script(const Picture& picture, const std::string& png) {
  const std::uint64_t period = period_of(picture);
  return fmt::format("gtkwave::setZoomRangeTimes {} {}\ngtkwave::/File/Grab_To_File {{{}}}\ngtkwave::/File/Quit\n",
                     picture.focus.from * period, picture.focus.to * period, png);
}

}  // namespace waves
