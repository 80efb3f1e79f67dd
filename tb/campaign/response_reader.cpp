// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/response_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "tb/config/known_texts.h"
#include "tb/config/match_reader.h"
#include "tb/config/metric_name.h"
#include "tb/monitor/metrics.h"
#include "tb/result/metric.h"

namespace tb::campaign {
namespace {

using config::ConfigError;
using config::StrictMap;
using config::Tree;

void read_kind(const StrictMap& map, const config::ReadContext& in, Response& out) {
  if (map.has("metric")) {
    out.metric = config::read_metric_name(map.require("metric"), map.path_of("metric"), monitor::metric_paths(), "", in);
    out.time = is_time(out.metric);
  } else if (map.has("cycles")) {
    out.kind = Response::Kind::cycles;
    out.time = true;
  } else if (map.has("passed")) {
    out.kind = Response::Kind::passed;
  } else if (map.has("ending")) {
    out.kind = Response::Kind::ending;
    out.ending = map.name_or("ending", Ending::kRunning);
  } else {
    const bool first = map.has("first");
    out.kind = first ? Response::Kind::first : Response::Kind::count;
    out.event = config::read_match_in(map, first ? "first" : "count", in);
    out.time = first;
  }
}

Response read_response(const Tree& tree, const std::string& path, const config::ReadContext& in) {
  const StrictMap map(tree, path, config::keys::SectionId::kResponse, &in.problems);
  Response out;
  out.name = map.identifier("name");
  read_kind(map, in, out);
  out.unit = map.has("unit") ? map.text("unit") : out.time ? "cycles" : "";
  if (!out.time && (out.unit == "us" || out.unit == "ms"))
    throw ConfigError(tree.place, map.path_of("unit"), "this response is no time: it cannot be given in " + out.unit);
  if (out.time && out.unit != "cycles" && out.unit != "us" && out.unit != "ms")
    throw ConfigError(tree.place, map.path_of("unit"), fmt::format("expected cycles, us or ms, got '{}'", out.unit));
  enum class Goal { less, more };
  out.more_is_better = map.name_or("goal", Goal::less) == Goal::more;
  return out;
}

constexpr std::array<std::string_view, 3> kColumnSuffixes = {"_low", "_high", "_runs"};

}  // namespace

void refuse_column_of_files(const std::string& name, const config::Place& place, const std::string& path) {
  constexpr std::array<std::string_view, 5> kColumns = {"point", "seed", "outcome", "cycles", "event_hash"};
  if (std::find(kColumns.begin(), kColumns.end(), name) != kColumns.end())
    throw ConfigError(place, path, fmt::format("'{}' is a column of study.csv already: give it another name", name));
}

std::vector<Response> read_responses(const StrictMap& study_map, const Study& study, const config::Library& library,
                                     config::Problems& problems) {
  const config::Scenario scenario = config::resolve(study.scenario, study.variant, {}, library);
  std::vector<config::Mention> mentions;
  const config::ReadContext in{kernel::kNrCpusMax, problems, mentions};
  std::vector<Response> responses;
  const std::vector<Tree>& items = study_map.list("responses");
  if (items.empty())
    throw ConfigError(study_map.require("responses").place, "responses", "an empty list: expected one response or more");
  for (const Tree& item : items) {
    const std::string path = fmt::format("responses.{}", responses.size());
    problems.attempt([&] {
      Response one = read_response(item, path, in);
      for (const Response& other : responses)
        if (other.name == one.name)
          throw ConfigError(item.place, path, fmt::format("a response '{}' is there already", one.name));
      for (const Axis& axis : study.axes)
        if (axis.name == one.name) throw ConfigError(item.place, path, fmt::format("'{}' is the name of an axis", one.name));
      refuse_column_of_files(one.name, item.place, path);
      for (const Response& other : responses)
        for (const std::string_view suffix : kColumnSuffixes)
          if (one.name == other.name + std::string(suffix) || other.name == one.name + std::string(suffix))
            throw ConfigError(item.place, path,
                              fmt::format("'{}' and '{}' would be two columns of one name in points.csv", one.name, other.name));
      responses.push_back(std::move(one));
    });
  }
  config::check_mentions(mentions, scenario, {true, true, true, true}, problems);
  return responses;
}

}  // namespace tb::campaign
