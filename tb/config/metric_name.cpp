// SPDX-License-Identifier: Apache-2.0
#include "tb/config/metric_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "event_names.h"  // generated
#include "log/nearest.h"
#include "tb/config/limits.h"
#include "tb/config/strict_map.h"
#include "tb/config/value_names.h"
#include "tb/monitor/metrics.h"

namespace tb::config {
namespace {

bool is_known(const std::string& name, const std::vector<std::string>& known) {
  return std::find(known.begin(), known.end(), name) != known.end();
}

// "tasks.NAME.PATH". False if it is no such metric.
bool is_of_a_task(const Tree& metric, const std::string& path, const ReadContext& in) {
  constexpr std::string_view kPrefix = "tasks.";
  if (!metric.text.starts_with(kPrefix)) return false;
  const std::size_t dot = metric.text.find('.', kPrefix.size());
  if (dot == std::string::npos) return false;
  const std::string name = metric.text.substr(kPrefix.size(), dot - kPrefix.size()), rest = metric.text.substr(dot + 1);
  const auto& known = monitor::task_metric_paths();
  if (!is_known(rest, known))
    throw ConfigError(metric.place, path, fmt::format("unknown metric '{}' of a task{}", rest, words::hint(rest, known)));
  if (name.starts_with("swapper/"))
    throw ConfigError(metric.place, path, "idle tasks have no figures of their own; see idle_cycles and asleep_cycles");
  in.mentions.push_back(
      {metric.place, path, events::kSchedSwitch, events::kSchedSwitchNextComm, event_log::Compare::kEqual, name});
  return true;
}

}  // namespace

std::string read_metric_name(const Tree& value, const std::string& path, const std::vector<std::string>& known,
                             std::string_view kind, const ReadContext& in) {
  if (!value.is_scalar() || (!is_known(value.text, known) && !is_of_a_task(value, path, in)))
    throw ConfigError(value.place, path,
                      fmt::format("unknown metric {}{}{}", describe(value), kind, words::hint(value.text, known)));
  return value.text;
}

std::vector<std::string> read_show(const Tree& list, const ReadContext& in) {
  std::vector<std::string> known = monitor::metric_paths();
  known.insert(known.end(), keys::kDerivedMetricNames.begin(), keys::kDerivedMetricNames.end());
  std::vector<std::string> show;
  for (const Tree& item : read_list(list, "show", kShowMax)) {
    const std::string path = fmt::format("show.{}", show.size());
    show.push_back(read_metric_name(item, path, known, "", in));
    if (std::count(show.begin(), show.end(), show.back()) > 1)
      throw ConfigError(item.place, path, fmt::format("'{}' is a column already", show.back()));
  }
  if (show.empty()) throw ConfigError(list.place, "show", "an empty list; leave it out for the usual columns");
  return show;
}

}  // namespace tb::config
