// SPDX-License-Identifier: Apache-2.0
#include "tb/page/whys.h"

#include <algorithm>
#include <numeric>

#include "tb/explain/explanation.h"
#include "tb/explain/verdict.h"
#include "tb/explain/words.h"

namespace tb::page {
namespace {

constexpr std::size_t kWaits = 20;
constexpr std::size_t kCauses = 6;  // of each; those after them are one

std::vector<std::size_t> longest(const std::vector<WaitWithLedger>& waits) {
  std::vector<std::size_t> order(waits.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(kWaits, order.size()));
  std::ranges::partial_sort(order, middle, [&](std::size_t one, std::size_t other) {
    const sim::Cycle first = waits[one].wait.cycles(), second = waits[other].wait.cycles();
    return first != second ? first > second : one < other;
  });
  order.erase(middle, order.end());
  return order;
}

json::Value causes_json(const explain::Explanation& of) {
  json::Value causes = json::Value::array();
  sim::Cycle rest = 0;
  for (const explain::Entry& entry : of.ledger) {
    if (causes.size() == kCauses) rest += entry.cycles;
    else
      causes.push_back(
          {{"text", say(entry.chain, of)}, {"cause", std::string(name_of(entry.chain.first().kind))}, {"cycles", entry.cycles}});
  }
  if (rest != 0) causes.push_back({{"text", "others"}, {"cause", ""}, {"cycles", rest}});
  return causes;
}

json::Value steps_json(const explain::Explanation& of) {
  json::Value steps = json::Value::array();
  for (const explain::Step& step : of.steps) {
    json::Value one = {{"cycle", step.cycle}, {"text", step.text}};
    if (step.hart != explain::kNoHart) one["hart"] = step.hart;
    steps.push_back(std::move(one));
  }
  return steps;
}

}  // namespace

json::Value whys_json(const std::filesystem::path& run_dir, const analysis::Subject& run, const RunData& data) {
  const std::vector<std::size_t> order = longest(data.waits);
  std::vector<explain::Wait> waits;
  for (const std::size_t i : order) {
    const Wait& wait = data.waits[i].wait;
    const auto end = wait.ran_on ? explain::WaitEnd::ran : explain::WaitEnd::end_of_log;
    waits.push_back({data.tasks[wait.task].pid, std::nullopt, wait.from, wait.to, end});
  }
  json::Value whys = json::Value::array();
  const std::vector<explain::Explanation> explained = explain_waits(run_dir, run, waits);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const explain::Explanation& of = explained[i];
    whys.push_back({{"wait", order[i]},
                    {"verdict", std::string(name_of(of.verdict.what))},
                    {"sentence", of.verdict.sentence},
                    {"causes", causes_json(of)},
                    {"steps", steps_json(of)}});
  }
  return whys;
}

}  // namespace tb::page
