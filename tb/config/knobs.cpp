// SPDX-License-Identifier: Apache-2.0
#include "tb/config/knobs.h"

#include <fmt/format.h>

#include "tb/config/keys.h"
#include "tb/config/strict_map.h"

namespace tb::config {

namespace {

constexpr std::uint64_t kNsPerUs = kernel::Knobs::kNsPerUs;

std::uint32_t read_bits(const Tree& list, const std::string& path, std::span<const keys::Name> names) {
  std::uint32_t bits = 0;
  for (const Tree& item : read_list(list, path, names.size())) bits |= 1u << read_name(item, path, names);
  return bits;
}

Tree bits_tree(std::uint32_t bits, std::span<const keys::Name> names) {
  Tree list = make_sequence();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (bits >> i & 1) list.items.push_back(make_text(names[i]));
  return list;
}

// A default that is out of range stands for what was not given.
void write_number(Tree& map, std::string_view key, std::uint64_t value, std::uint64_t least) {
  if (value >= least) map.set(key, make_number(value));
}

template <typename Enum, std::size_t kSize>
Tree name_tree(Enum value, const std::array<keys::Name, kSize>& names) {
  return make_text(names[static_cast<std::size_t>(value)]);
}

#define KNOB_NUMBER(key, member, least, most, standard, says) \
  out.member = static_cast<std::uint32_t>(map.integer_or(#key, out.member));
#define KNOB_NAMED(key, member, type, standard, says) out.member = map.name_or<kernel::type>(#key, out.member);
#define KNOB_US(key, member, least, most, standard, says) \
  out.member = kNsPerUs * static_cast<std::uint64_t>(map.integer_or(#key, static_cast<std::int64_t>(out.member / kNsPerUs)));
#define KNOB_TIME(key, member, standard, says)                                                                      \
  problems.attempt([&] {                                                                                            \
    out.member = kNsPerUs * map.ms_or_us(std::array<keys::Name, 2>{#key "_ms", #key "_us"}, out.member / kNsPerUs); \
  });
#define KNOB_FLAG(key, member, standard, says) out.member = map.boolean_or(#key, out.member);
#define KNOB_BITS(key, member, type, says) \
  if (const Tree* list = map.find(#key))   \
    problems.attempt([&] { out.member = read_bits(*list, map.path_of(#key), keys::k##type##Names); });

void read_breakout(const StrictMap& map, kernel::Knobs::Breakout& out) { BREAKOUT_KNOBS(KNOB_NUMBER, KNOB_NAMED) }

void read_hw_watchdog(const StrictMap& map, Problems& problems, kernel::Knobs::HwWatchdog& out) {
  HW_WATCHDOG_KNOBS(KNOB_FLAG, KNOB_TIME, KNOB_NAMED)
}

void read_kernel(const StrictMap& map, Problems& problems, kernel::Knobs& out) {
  KERNEL_KNOBS(KNOB_NUMBER, KNOB_NAMED, KNOB_US, KNOB_BITS)
}

#undef KNOB_NUMBER
#undef KNOB_NAMED
#undef KNOB_US
#undef KNOB_TIME
#undef KNOB_FLAG
#undef KNOB_BITS

}  // namespace

kernel::Knobs read_knobs(const Tree& tree, unsigned harts, Problems& problems) {
  const StrictMap map(tree, "kernel", keys::SectionId::kKernel, &problems);
  kernel::Knobs out;
  read_kernel(map, problems, out);
  if (out.irq_cpu >= harts)
    problems.attempt([&] {
      out.irq_cpu = static_cast<std::uint32_t>(map.integer("irq_cpu", {0, static_cast<std::int64_t>(harts) - 1}));
    });
  problems.attempt([&] {
    if (const Tree* breakout = map.find("breakout"))
      read_breakout(StrictMap(*breakout, map.path_of("breakout"), keys::SectionId::kBreakout, &problems), out.breakout);
  });
  problems.attempt([&] {
    if (const Tree* watchdog = map.find("hw_watchdog"))
      read_hw_watchdog(StrictMap(*watchdog, map.path_of("hw_watchdog"), keys::SectionId::kHwWatchdog, &problems), problems,
                       out.hw_watchdog);
  });
  return out;
}

#define KNOB_NUMBER(key, member, least, most, standard, says) write_number(map, #key, knobs.member, least);
#define KNOB_NAMED(key, member, type, standard, says) map.set(#key, name_tree(knobs.member, keys::k##type##Names));
#define KNOB_US(key, member, least, most, standard, says) write_number(map, #key, knobs.member / kNsPerUs, least);
#define KNOB_TIME(key, member, standard, says) map.set(#key "_us", make_number(knobs.member / kNsPerUs));
#define KNOB_FLAG(key, member, standard, says) map.set(#key, make_scalar(knobs.member ? "true" : "false"));
#define KNOB_BITS(key, member, type, says) map.set(#key, bits_tree(knobs.member, keys::k##type##Names));

namespace {

Tree breakout_tree(const kernel::Knobs::Breakout& knobs) {
  Tree map = make_map();
  BREAKOUT_KNOBS(KNOB_NUMBER, KNOB_NAMED)
  return map;
}

Tree hw_watchdog_tree(const kernel::Knobs::HwWatchdog& knobs) {
  Tree map = make_map();
  HW_WATCHDOG_KNOBS(KNOB_FLAG, KNOB_TIME, KNOB_NAMED)
  return map;
}

}  // namespace

Tree knobs_tree(const kernel::Knobs& knobs) {
  Tree map = make_map();
  KERNEL_KNOBS(KNOB_NUMBER, KNOB_NAMED, KNOB_US, KNOB_BITS)
  map.set("breakout", breakout_tree(knobs.breakout));
  map.set("hw_watchdog", hw_watchdog_tree(knobs.hw_watchdog));
  return map;
}

}  // namespace tb::config
