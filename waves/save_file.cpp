// SPDX-License-Identifier: Apache-2.0
#include "waves/save_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "event_schema.h"
#include "waves/signals.h"

namespace waves {

namespace {

namespace fs = std::filesystem;

// Trace flags of a save file (GTKWave's analyzer).
constexpr unsigned kHexFlag = 0x2;
constexpr unsigned kDecimalFlag = 0x4;
constexpr unsigned kBitFlag = 0x8;
constexpr unsigned kRightJustify = 0x20;
constexpr unsigned kBlankFlag = 0x200;
constexpr unsigned kTranslated = 0x2000;
constexpr unsigned kAnalogStep = 0x8000;
constexpr unsigned kClosed = 0x400000;
constexpr unsigned kGroupBegin = 0x800000;
constexpr unsigned kGroupEnd = 0x1000000;
constexpr unsigned kAnalogExtraRows = 1;
constexpr unsigned kOpenHartsMax = 4;  // more do not fit on a screen: then only the first group is open

constexpr double kWindowPixels = 1500;  // width of the wave pane in the saved window
constexpr double kFramePixels = 200;
constexpr double kNamePixels = 110;    // room one marker name needs
constexpr std::string_view kTop = "TOP";

unsigned flags_of(const Signal& signal) {
  switch (signal.radix) {
    case Radix::kBit: return kBitFlag | kRightJustify;
    case Radix::kHex: return kHexFlag | kRightJustify;
    case Radix::kDecimal: return kDecimalFlag | kRightJustify;
    case Radix::kAnalog: return kDecimalFlag | kRightJustify | kAnalogStep;
    case Radix::kName: return kDecimalFlag | kRightJustify | kTranslated;  // hexadecimal would need padded keys
  }
  return 0;
}

std::string with_hart(std::string_view text, unsigned hart) {
  std::string out(text);
  for (std::size_t at = out.find("{h}"); at != std::string::npos; at = out.find("{h}", at)) {
    out.replace(at, 3, std::to_string(hart));
  }
  return out;
}

unsigned bits_of(const Signal& signal, unsigned harts) { return signal.bits == 0 ? harts : signal.bits; }

std::string dump_name(const Signal& signal, unsigned hart, unsigned harts) {
  const unsigned bits = bits_of(signal, harts);
  const std::string path = fmt::format("{}.{}", kTop, with_hart(signal.path, hart));
  return bits == 1 ? path : fmt::format("{}[{}:0]", path, bits - 1);
}

void add_signal(std::string& out, const Signal& signal, unsigned hart, unsigned harts) {
  out += fmt::format("@{:x}\n", flags_of(signal));
  if (signal.radix == Radix::kName) out += fmt::format("^1 translate/{}.txt\n", signal.names);
  if (signal.colour != Colour::kNormal) out += fmt::format("[color] {}\n", static_cast<unsigned>(signal.colour));
  out += fmt::format("+{{{}}} {}\n", with_hart(signal.label, hart), dump_name(signal, hart, harts));
  if (signal.radix == Radix::kAnalog) {
    out += "@20000\n";
    for (unsigned row = 0; row < kAnalogExtraRows; ++row) out += "-\n";
  }
}

void add_group(std::string& out, std::string_view name, bool open, const std::function<void(std::string&)>& signals) {
  const unsigned closed = open ? 0 : kClosed;
  out += fmt::format("@{:x}\n-{}\n", kGroupBegin | kBlankFlag | closed, name);
  signals(out);
  out += fmt::format("@{:x}\n-{}\n", kGroupEnd | kBlankFlag | closed, name);
}

std::vector<unsigned> hart_order(const View& view) {
  std::vector<unsigned> order;
  for (unsigned hart = 0; hart < view.harts; ++hart) order.push_back(hart);
  std::rotate(order.begin(), order.begin() + std::min(view.first_hart, view.harts - 1), order.end());
  return order;
}

// GTKWave's zoom z shows 2^-z time units in a frame of 200 pixels.
double zoom_of(std::uint64_t picoseconds) {
  return -std::log2(static_cast<double>(std::max<std::uint64_t>(picoseconds, 1)) * kFramePixels / kWindowPixels);
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

void write_translate_files(const fs::path& dir, const View& view) {
  fs::create_directories(dir);
  for (const auto* values : trace::schema::kEnums) {
    std::string text;
    for (const auto& value : values->names) text += fmt::format("{} {}\n", value.value, value.name);
    write_text(dir / fmt::format("{}.txt", values->name), text);
  }
  std::string tasks = "0 swapper\n";
  for (const auto& [pid, comm] : view.tasks) tasks += fmt::format("{} {}[{}]\n", pid, comm, pid);
  write_text(dir / "task.txt", tasks);
  std::string holders = "0 free\n";
  for (unsigned hart = 0; hart < view.harts; ++hart) holders += fmt::format("{} hart{}\n", hart + 1, hart);
  write_text(dir / "rqlock.txt", holders);
}

// What the window opens on: the marked moments with some room around them, or all that was dumped.
struct Focus {
  sim::Cycle from;
  sim::Cycle to;
};

Focus focus_of(const View& view, const std::vector<Marker>& markers) {
  if (markers.size() < 2) return {view.from, view.to};
  const sim::Cycle first = markers.front().cycle;
  const sim::Cycle last = markers.back().cycle;
  const sim::Cycle room = (last - first) / 10 + 1;
  return {first > view.from + room ? first - room : view.from, std::min(last + 4 * room, view.to)};
}

std::vector<Marker> visible_markers(const View& view) {
  std::vector<Marker> markers;
  for (const Marker& marker : view.markers) {
    if (marker.cycle >= view.from && marker.cycle <= view.to && markers.size() < kMarkersMax) markers.push_back(marker);
  }
  std::stable_sort(markers.begin(), markers.end(), [](const Marker& a, const Marker& b) { return a.cycle < b.cycle; });
  return markers;
}

char letter_of(std::size_t index) { return static_cast<char>('A' + index); }

// GTKWave draws all marker names in one row: those too near to each other for that get one joint name.
void add_marker_names(std::string& out, const std::vector<Marker>& markers, const Focus& focus) {
  const double pixels_per_cycle = kWindowPixels / static_cast<double>(std::max<sim::Cycle>(focus.to - focus.from, 1));
  for (std::size_t first = 0; first < markers.size();) {
    std::size_t next = first + 1;
    std::string name = markers[first].name;
    while (next < markers.size() &&
           static_cast<double>(markers[next].cycle - markers[next - 1].cycle) * pixels_per_cycle < kNamePixels) {
      name += ", " + markers[next].name;
      ++next;
    }
    const std::size_t carrier = next - 1;
    for (std::size_t i = first; i < next; ++i) {
      out += fmt::format("[markername] {}{}\n", letter_of(i), i == carrier ? name : " ");
    }
    first = next;
  }
}

void add_legend(std::string& out, const std::vector<Marker>& markers) {
  for (std::size_t i = 0; i < markers.size(); ++i) {
    out += fmt::format("@{:x}\n-{}: {} @{}\n", kBlankFlag, letter_of(i), markers[i].name, markers[i].cycle);
  }
}

std::string save_file(const View& view) {
  const std::uint64_t period = 1'000'000 / view.clock_mhz;
  const auto markers = visible_markers(view);
  const Focus focus = focus_of(view, markers);
  std::string out = "[*] written by scx-cosim; open from this folder\n[dumpfile] \"waves.fst\"\n[savefile] \"waves.gtkw\"\n";
  out += fmt::format("[timestart] {}\n[size] 1900 1000\n[pos] -1 -1\n", focus.from * period);
  out += fmt::format("*{:.6f} {}", zoom_of((focus.to - focus.from) * period),
                     markers.empty() ? focus.from * period : markers.front().cycle * period);
  for (std::size_t i = 0; i < kMarkersMax; ++i) {
    out += i < markers.size() ? fmt::format(" {}", markers[i].cycle * period) : " -1";
  }
  out += '\n';
  add_marker_names(out, markers, focus);
  out += "[treeopen] TOP.\n[treeopen] TOP.soc.\n[sst_width] 0\n[signals_width] 330\n[sst_expanded] 0\n[sst_vpaned_height] 300\n";
  add_legend(out, markers);
  const auto order = hart_order(view);
  for (const unsigned hart : order) {
    const bool open = hart == order.front() || view.harts <= kOpenHartsMax;
    add_group(out, fmt::format("hart {}", hart), open, [&](std::string& text) {
      for (const Signal& signal : kHartSignals) add_signal(text, signal, hart, view.harts);
    });
  }
  add_group(out, "devices", true, [&](std::string& text) {
    for (const Signal& signal : kDeviceSignals) add_signal(text, signal, 0, view.harts);
  });
  out += "[pattern_trace] 1\n[pattern_trace] 0\n";
  return out;
}

}  // namespace

void write_save_file(const fs::path& dir, const View& view) {
  write_translate_files(dir / "translate", view);
  write_text(dir / "waves.gtkw", save_file(view));
}

}  // namespace waves
