// SPDX-License-Identifier: Apache-2.0
#include "sim/verilator_stop.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <utility>

#include <verilated.h>

#include "sim/model_print.h"

namespace sim {
namespace {

thread_local OnStop on_stop = OnStop::kThrow;
thread_local unsigned stops = 0;
thread_local std::string last_printed;

// "RTL invariant broken: TEXT, in INSTANCE (FILE:LINE)"; a $stop without the macro has only its place.
std::string message_of(const std::string& printed, const std::string& place) {
  static const std::string kWord = "INVARIANT ";
  const std::size_t word = printed.find(kWord);
  const std::size_t instance = word + kWord.size();
  const std::size_t colon = word == std::string::npos ? word : printed.find(": ", instance);
  if (colon == std::string::npos) return "RTL stopped at " + place;
  const std::string text = printed.substr(colon + 2, printed.find_last_not_of('\n') - colon - 1);
  return "RTL invariant broken: " + text + ", in " + printed.substr(instance, colon - instance) + " (" + place + ")";
}

}  // namespace

RtlInvariant::RtlInvariant(const std::string& printed, const std::string& file, int line)
    : std::runtime_error(message_of(printed, file + ":" + std::to_string(line))) {}

void set_on_stop(OnStop reaction) { on_stop = reaction; }

unsigned take_stops() { return std::exchange(stops, 0U); }

}  // namespace sim

int scx_model_printf(const char* format, ...) {
  std::array<char, 1024> text{};  // kept; longer than any invariant's
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  std::vsnprintf(text.data(), text.size(), format, again);
  va_end(again);
  sim::last_printed = text.data();
  const int length = std::vprintf(format, arguments);
  va_end(arguments);
  return length;
}

// Called by the Verilated model for $stop, right after the invariant's $display.
void vl_stop(const char* filename, int line, const char*) VL_MT_UNSAFE {
  const std::string printed = std::exchange(sim::last_printed, {});
  if (sim::on_stop == sim::OnStop::kCount) {
    ++sim::stops;
    return;
  }
  throw sim::RtlInvariant(printed, filename, line);
}
