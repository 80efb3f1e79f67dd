// SPDX-License-Identifier: Apache-2.0
#include "tb/config/expect_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/nearest.h"
#include "tb/config/emit.h"
#include "tb/config/keys.h"
#include "tb/config/known_texts.h"
#include "tb/config/match_reader.h"
#include "tb/config/metric_name.h"
#include "tb/config/scenario.h"
#include "tb/config/strict_map.h"
#include "tb/monitor/metrics.h"

namespace tb::config {

namespace {

using Kind = Expectation::Kind;

struct Context {
  const Tree& tree;
  const std::string& path;
  const ReadContext& read;
};

// The key that tells the form; a wrong key gets the nearest form's name.
keys::SectionId form_of(const Context& in) {
  if (!in.tree.is_map()) throw ConfigError(in.tree.place, in.path, fmt::format("expected a map, got {}", describe(in.tree)));
  std::vector<std::string> forms;
  for (const keys::Value& form : keys::kExpectForms) {
    if (in.tree.find(keys::form_key(form))) return form.section;
    forms.emplace_back(keys::form_key(form));
  }
  const std::string first = in.tree.entries.empty() ? "" : in.tree.entries[0].key;
  throw ConfigError(in.tree.place, in.path, fmt::format("no expectation begins with '{}'{}", first, words::hint(first, forms)));
}

void read_after(const StrictMap& map, const Context& in, Expectation& out) {
  if (const Tree* after = map.find("after")) out.after = read_match(*after, map.path_of("after"), in.read);
}

// equal, or at_least and at_most.
Bounds read_bounds(const StrictMap& map) {
  Bounds bounds;
  if (map.has("equal")) {
    bounds.at_least = bounds.at_most = map.integer("equal");
    return bounds;
  }
  if (map.has("at_least")) bounds.at_least = map.integer("at_least");
  if (map.has("at_most")) bounds.at_most = map.integer("at_most");
  if (bounds.at_least && bounds.at_most && *bounds.at_least > *bounds.at_most)
    throw ConfigError(map.place(), map.path(), "at_least is above at_most: nothing can satisfy it");
  return bounds;
}

// { event: E, where: {...}, FIELD: VALUE ..., always: true }
void read_always(const Context& in, Expectation& out) {
  out.kind = Kind::kAlways;
  const std::uint8_t event = read_event_name(*in.tree.find("event"), in.path + ".event");
  const keys::Section& section = keys::section(keys::SectionId::kExpectAlways);
  std::vector<std::string_view> fields;
  for (const auto& field : event_log::type_of(event).fields) fields.push_back(field.name);
  if (!in.tree.find("always"))
    throw ConfigError(in.tree.place, in.path,
                      "an expectation on 'event' needs 'always: true'; see also never, eventually, count");
  const StrictMap map(in.tree, in.path, section.id, &in.read.problems, fields);
  if (!map.boolean_or("always", false))
    throw ConfigError(in.tree.place, in.path,
                      "an expectation on 'event' needs 'always: true'; see also never, eventually, count");
  out.match = read_match_in(map, "event", in.read);
  read_after(map, in, out);
  out.per_hart = map.boolean_or("per_hart", false);
  bool any = false;
  for (const TreeEntry& entry : in.tree.entries) {
    if (section.find(entry.key)) continue;
    any = true;
    if (std::find(fields.begin(), fields.end(), entry.key) != fields.end())
      in.read.problems.attempt([&] { read_condition(entry, map.path_of(entry.key), event, in.read, out.must); });
  }
  if (!any) throw ConfigError(in.tree.place, in.path, "names no field that must always have a value");
}

void read_never(const Context& in, Expectation& out) {
  const StrictMap map(in.tree, in.path, keys::SectionId::kExpectNever, &in.read.problems);
  if (map.require("never").text == keys::kWarningWord.front()) {
    for (const char* key : {"where", "hart", "after"})
      if (const Tree* value = map.find(key))
        throw ConfigError(value->place, map.path_of(key),
                          "never: warning takes no other key; metric: warnings.KIND counts one kind");
    out.kind = Kind::kMetric;
    out.metric = "warnings.total";
    out.bounds.at_most = 0;
    return;
  }
  out.kind = Kind::kNever;
  out.match = read_match_in(map, "never", in.read);
  read_after(map, in, out);
}

void read_eventually(const Context& in, Expectation& out) {
  const StrictMap map(in.tree, in.path, keys::SectionId::kExpectEventually, &in.read.problems);
  out.kind = Kind::kEventually;
  out.match = read_match_in(map, "eventually", in.read);
  read_after(map, in, out);
  out.per_hart = map.boolean_or("per_hart", false);
  if (map.has("within_us")) out.within_us = static_cast<std::uint64_t>(map.integer("within_us"));
}

void read_count(const Context& in, Expectation& out) {
  const StrictMap map(in.tree, in.path, keys::SectionId::kExpectCount, &in.read.problems);
  out.kind = Kind::kCount;
  out.match = read_match_in(map, "count", in.read);
  read_after(map, in, out);
  out.per_hart = map.boolean_or("per_hart", false);
  out.bounds = read_bounds(map);
}

void read_sequence(const Context& in, Expectation& out) {
  const StrictMap map(in.tree, in.path, keys::SectionId::kExpectSequence, &in.read.problems);
  out.kind = Kind::kSequence;
  const std::string path = map.path_of("sequence");
  const std::vector<Tree>& steps = map.list("sequence");
  for (std::size_t i = 0; i < steps.size(); ++i)
    in.read.problems.attempt([&] { out.steps.push_back(read_match(steps[i], fmt::format("{}.{}", path, i), in.read)); });
  if (steps.size() < 2) throw ConfigError(map.require("sequence").place, path, "a sequence has two events or more");
  if (const Tree* without = map.find("without")) {
    if (without->is_sequence())
      for (const Tree& item : read_list(*without, map.path_of("without"), kSequenceStepsMax))
        out.without.push_back(read_match(item, map.path_of("without"), in.read));
    else out.without.push_back(read_match(*without, map.path_of("without"), in.read));
  }
  if (const Tree* hart = map.find("hart"))
    for (event_log::Match& step : out.steps) step.hart = read_hart(*hart, map.path_of("hart"), in.read.harts);
  out.same_hart = map.boolean_or("same_hart", false);
  out.each = map.boolean_or("each", false);
  if (map.has("within")) out.within_cycles = static_cast<std::uint64_t>(map.integer("within"));
  if (out.each && !out.within_cycles)
    throw ConfigError(in.tree.place, in.path, "each: true needs 'within': a run must end some time");
  read_after(map, in, out);
}

void read_ending(const Context& in, Expectation& out) {
  const StrictMap map(in.tree, in.path, keys::SectionId::kExpectEnding, &in.read.problems);
  out.kind = Kind::kEnding;
  out.ending = static_cast<Ending>(read_name(map.require("ending"), map.path_of("ending"), keys::kEndingNames));
}

void read_exit(const Context& in, Expectation& out) {
  const StrictMap map(in.tree, in.path, keys::SectionId::kExpectExit, &in.read.problems);
  out.kind = Kind::kExit;
  const Tree& value = map.require("exit");
  if (value.kind == Tree::Kind::kNull) return;
  const StrictMap record(value, map.path_of("exit"), keys::SectionId::kExit, &in.read.problems);
  if (value.entries.empty()) throw ConfigError(value.place, record.path(), "an empty map; write null for no exit");
  ExitRecord exit;
  if (record.has("kind")) exit.kind = record.integer("kind");
  if (record.has("code")) exit.code = record.integer("code");
  if (const Tree* reason = record.find("reason")) {
    exit.reason = record.text("reason");
    if (!exit.reason->empty()) check_exit_reason(*exit.reason, reason->place, record.path_of("reason"));
  }
  if (const Tree* msg = record.find("msg"); msg && msg->is_map())
    out.msg_contains = StrictMap(*msg, record.path_of("msg"), keys::SectionId::kMsg, &in.read.problems).text("contains");
  else if (msg) exit.msg = record.text("msg");
  out.exit = exit;
}

void read_metric(const Context& in, Expectation& out) {
  const StrictMap map(in.tree, in.path, keys::SectionId::kExpectMetric, &in.read.problems);
  out.kind = Kind::kMetric;
  out.per_hart = map.boolean_or("per_hart", false);
  out.metric =
      out.per_hart
          ? read_metric_name(map.require("metric"), map.path_of("metric"), monitor::per_hart_metric_paths(), " per hart", in.read)
          : read_metric_name(map.require("metric"), map.path_of("metric"), monitor::metric_paths(), "", in.read);
  out.bounds = read_bounds(map);
}

Expectation read_one(const Context& in) {
  Expectation out;
  out.text = emit_flow(in.tree);
  switch (form_of(in)) {
    case keys::SectionId::kExpectAlways: read_always(in, out); break;
    case keys::SectionId::kExpectNever: read_never(in, out); break;
    case keys::SectionId::kExpectEventually: read_eventually(in, out); break;
    case keys::SectionId::kExpectCount: read_count(in, out); break;
    case keys::SectionId::kExpectSequence: read_sequence(in, out); break;
    case keys::SectionId::kExpectEnding: read_ending(in, out); break;
    case keys::SectionId::kExpectExit: read_exit(in, out); break;
    case keys::SectionId::kExpectMetric: read_metric(in, out); break;
    default:  // an include: what it stands for has taken its place
      throw ConfigError(in.tree.place, in.path, "an include is allowed in the expectations of a file only");
  }
  return out;
}

}  // namespace

std::vector<Expectation> read_expectations(const Tree& list, std::string_view path, const ReadContext& in) {
  std::vector<Expectation> expectations;
  std::size_t index = 0;
  for (const Tree& item : read_list(list, path, kExpectationsMax)) {
    const std::string item_path = fmt::format("{}.{}", path, index++);
    in.problems.attempt([&] { expectations.push_back(read_one({item, item_path, in})); });
  }
  if (list.items.empty()) throw ConfigError(list.place, path, "expects nothing: such a run cannot fail");
  return expectations;
}

}  // namespace tb::config
