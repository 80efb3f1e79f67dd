// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/study_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "tb/campaign/study_files.h"
#include "tb/report/summary.h"

namespace tb::campaign {
namespace {

constexpr std::size_t kPointsShown = 40;
constexpr std::size_t kFlipsShown = 20;
constexpr std::size_t kReasonsShown = 5;
constexpr std::size_t kNotesShown = 8;
constexpr double kShareShown = 0.005;  // of the variance

std::string with_unit(double value, const std::string& unit) {
  return short_number(value) + (unit.empty() || std::isnan(value) ? "" : " " + unit);
}

std::string summary_text(const Summary& summary) {
  if (summary.count == 0) return "-";
  const std::string median = short_number(summary.median);
  if (summary.least == summary.most) return median;
  return fmt::format("{} [{}, {}]", median, short_number(summary.interval.low), short_number(summary.interval.high));
}

// What a reader of medians would not see.
std::vector<std::string> notes_on_runs(const StudyResult& result) {
  std::vector<std::string> notes;
  const std::size_t points = result.points.points.size(), seeds = result.study.seeds.size();
  if (result.points.left_out > 0)
    notes.push_back(fmt::format("{} points are left out by the conditions", result.points.left_out));
  std::size_t alike = 0;
  for (std::size_t point = 0; point < points; ++point) {
    bool same = true;
    for (std::size_t seed = 1; seed < seeds; ++seed)
      same = same && result.run(point, seed).event_hash == result.run(point, 0).event_hash;
    alike += same;
  }
  if (seeds > 1 && alike == points) notes.push_back("the seeds change nothing: all runs of a point have the same events");
  else if (seeds > 1 && alike > 0)
    notes.push_back(fmt::format("at {} points the seeds change nothing: their runs have the same events", alike));
  std::map<std::string, std::size_t> said;
  std::size_t left = 0;
  for (const Measured& run : result.runs) {
    if (run.failed || run.message.empty()) continue;
    ++said[run.message];
    ++left;
  }
  for (const auto& [message, count] : said) {  // of crashes, each has its own cycle
    if (notes.size() == kNotesShown) {
      notes.push_back(fmt::format("and {} runs with other messages: study.ndjson has all", left));
      break;
    }
    notes.push_back(fmt::format("{} of {} runs: {}", count, result.runs.size(), message));
    left -= count;
  }
  return notes;
}

std::string points_table(const StudyResult& result) {
  const Study& study = result.study;
  report::Comparison table;
  table.rows = {{"point"}, {""}};
  for (const Axis& axis : study.axes) {
    table.rows[0].push_back(axis.name);
    table.rows[1].push_back(axis.unit);
    table.left.push_back(!axis.numeric());
  }
  for (const Response& response : study.responses) {
    table.rows[0].push_back(response.name);
    table.rows[1].push_back(response.unit);
    table.left.push_back(false);
  }
  table.left[0] = false;
  const auto& points = result.points.points;
  for (std::size_t i = 0; i < std::min(points.size(), kPointsShown); ++i) {
    std::vector<std::string> row{std::to_string(i)};
    for (std::size_t axis = 0; axis < study.axes.size(); ++axis) row.push_back(label_at(study, points[i], axis));
    for (std::size_t r = 0; r < study.responses.size(); ++r) row.push_back(summary_text(result.summaries[r][i]));
    table.rows.push_back(std::move(row));
  }
  if (points.size() > kPointsShown)
    table.notes.push_back(fmt::format("and {} more: points.csv has all", points.size() - kPointsShown));
  if (study.seeds.size() > 1)
    table.notes.push_back(fmt::format("median of {} seeds [{}] where they differ", study.seeds.size(),
                                      study.seeds.size() < kIntervalRuns ? "least, most" : "its 95 % interval"));
  for (std::string& note : notes_on_runs(result)) table.notes.push_back(std::move(note));
  return table.text();
}

// The larger first.
template <typename Value>
std::vector<std::size_t> by_size(std::size_t count, const Value& value) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return std::isnan(value(i)) ? -1 : value(i); });
  return order;
}

std::string change_text(const Change& change) {
  if (change.pairs == 0) return {};
  if (std::isnan(change.interval.low))
    return fmt::format("; first to last {}{}", change.median > 0 ? "+" : "", short_number(change.median));
  return fmt::format("; first to last {}{} [{}, {}]", change.median > 0 ? "+" : "", short_number(change.median),
                     short_number(change.interval.low), short_number(change.interval.high));
}

std::string effects_text(const Study& study, std::size_t points, const Response& response, const ResponseAnswers& answers) {
  const Effects& effects = *answers.effects;
  std::string text;
  for (const std::size_t i : by_size(effects.main.size(), [&](std::size_t k) { return effects.main[k].share; })) {
    const MainEffect& one = effects.main[i];
    if (study.axes[i].levels.size() < 2 || std::isnan(one.range) || one.range == 0) continue;
    const auto& means = one.level_means;
    std::size_t low = means.size(), high = means.size();  // levels without a response have none
    for (std::size_t level = 0; level < means.size(); ++level) {
      if (std::isnan(means[level])) continue;
      if (low == means.size() || means[level] < means[low]) low = level;
      if (high == means.size() || means[level] > means[high]) high = level;
    }
    text += fmt::format("    {:<20} {:5.1f} %   means from {} at {} to {} at {}{}\n", study.axes[i].name, 100 * one.share,
                        with_unit(means[low], response.unit), study.axes[i].levels[low].label,
                        with_unit(means[high], response.unit), study.axes[i].levels[high].label, change_text(answers.changes[i]));
  }
  for (const std::size_t i : by_size(effects.interactions.size(), [&](std::size_t k) { return effects.interactions[k].share; })) {
    const Interaction& one = effects.interactions[i];
    if (one.share < kShareShown) break;
    text += fmt::format("    {:<20} {:5.1f} %   together, beyond each alone{}\n",
                        study.axes[one.a].name + " x " + study.axes[one.b].name, 100 * one.share,
                        one.share <= answers.noise ? "; no more than the seeds alone do" : "");
  }
  const auto line = [&text](const char* what, double share) {
    if (std::abs(share) >= kShareShown) text += fmt::format("    {:<20} {:5.1f} %\n", what, 100 * share);
  };
  line("anything else", effects.rest);
  line("not to be told apart", effects.shared);  // by a grid with holes
  if (study.seeds.size() > 1 && answers.noise >= kShareShown)
    text += fmt::format("    {:<20} {:5.1f} %   of the variance of all runs\n", "seeds alone", 100 * answers.noise);
  if (effects.used == 0) return fmt::format("  {}: no run has it\n", response.name);
  std::string head = fmt::format("  {}: ", response.name);
  if (effects.used < points) head += fmt::format("(of the {} of {} points that have it) ", effects.used, points);
  return head + (text.empty() ? "the same everywhere\n" : "share of the variance of the medians\n" + text);
}

std::string sobol_text(const Study& study, const Response& response, const ResponseAnswers& answers) {
  std::string text = fmt::format("  {}: Sobol indices of {} of {} base points (first: alone; total: with others)\n",
                                 response.name, answers.groups_used, study.design.count);
  const auto interval = [](const Interval& i) { return fmt::format("[{:.3f}, {:.3f}]", i.low, i.high); };
  for (const std::size_t i : by_size(study.axes.size(), [&](std::size_t k) { return answers.sobol[k].total; })) {
    const SobolIndex& s = answers.sobol[i];
    if (study.axes[i].levels.size() == 1) continue;
    text += fmt::format("    {:<20} first {:6.3f} {}   total {:6.3f} {}\n", study.axes[i].name, s.first,
                        interval(s.first_interval), s.total, interval(s.total_interval));
  }
  return text;
}

std::string morris_text(const Study& study, const Response& response, const ResponseAnswers& answers) {
  std::string text =
      fmt::format("  {}: elementary effects of {} of {} trajectories, each as large as from the first value to the last{}\n",
                  response.name, answers.groups_used, study.design.count, response.unit.empty() ? "" : ", in " + response.unit);
  for (const std::size_t i : by_size(study.axes.size(), [&](std::size_t k) { return answers.morris[k].mu_star; })) {
    const MorrisEffect& m = answers.morris[i];
    if (study.axes[i].levels.size() == 1) continue;
    text += fmt::format("    {:<20} mu* {} [{}, {}]   sigma {}\n", study.axes[i].name, short_number(m.mu_star),
                        short_number(m.mu_star_interval.low), short_number(m.mu_star_interval.high), short_number(m.sigma));
  }
  return text;
}

std::string answers_text(const StudyResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.answers.size(); ++i) {
    const ResponseAnswers& one = result.answers[i];
    const Response& response = result.study.responses[i];
    if (one.effects) text += effects_text(result.study, result.points.points.size(), response, one);
    if (!one.sobol.empty()) text += sobol_text(result.study, response, one);
    if (!one.morris.empty()) text += morris_text(result.study, response, one);
  }
  return text.empty() ? text : "what matters\n" + text;
}

// Of one cliff at one combination of the other axes.
struct Edge {
  std::string others;
  std::size_t seeds = 0;       // that flip
  std::size_t more_often = 0;  // that flip more than once
  bool rises = false, falls = false, unsure = false;
  std::int64_t from = 0, to = 0;                    // the least and the greatest `above`
  std::map<std::uint64_t, std::size_t> flips = {};  // by seed
};

std::vector<Edge> edges_of(const StudyResult& result, std::size_t cliff) {
  std::vector<Edge> edges;
  for (const Flip& flip : result.flips) {
    if (flip.cliff != cliff) continue;
    const std::string others = place_text(result.study, flip.point, result.study.cliffs[cliff].axis);
    auto edge = std::ranges::find(edges, others, &Edge::others);
    if (edge == edges.end()) edge = edges.insert(edges.end(), Edge{.others = others, .from = flip.above, .to = flip.above});
    edge->rises |= flip.rises;
    edge->falls |= !flip.rises;
    edge->unsure |= flip.unsure;
    edge->from = std::min(edge->from, flip.above);
    edge->to = std::max(edge->to, flip.above);
    const std::size_t times = ++edge->flips[flip.seed];
    edge->seeds += times == 1;
    edge->more_often += times == 2;
  }
  return edges;
}

// The combinations that flip nowhere: always, or never.
std::string others_text(const StudyResult& result, std::size_t cliff, const std::vector<Edge>& edges) {
  const Cliff& of = result.study.cliffs[cliff];
  std::map<std::string, std::pair<std::size_t, std::size_t>> reached;  // by combination: runs that reach it, runs
  for (std::size_t point = 0; point < result.points.points.size(); ++point) {
    const std::string others = place_text(result.study, result.points.points[point], of.axis);
    if (std::ranges::find(edges, others, &Edge::others) != edges.end()) continue;
    for (std::size_t seed = 0; seed < result.study.seeds.size(); ++seed) {
      reached[others].first += result.run(point, seed).responses[of.response] >= of.at_least;
      ++reached[others].second;
    }
  }
  std::string text;
  for (const auto& [others, runs] : reached)
    text += fmt::format("    {}{}\n", others.empty() ? "" : others + ": ",
                        runs.first == 0             ? "never"
                        : runs.first == runs.second ? "always"
                                                    : "in some runs");
  return text;
}

std::string edge_text(const Study& study, const Axis& axis, const Edge& edge) {
  const std::string where =
      edge.from == edge.to ? std::to_string(edge.from) : fmt::format("{} to {}, by seed,", edge.from, edge.to);
  const std::string unit = axis.unit.empty() ? "" : " " + axis.unit;
  const std::string seeds =
      edge.seeds == study.seeds.size() ? "" : fmt::format(" ({} of {} seeds)", edge.seeds, study.seeds.size());
  const std::string others = edge.others.empty() ? "" : edge.others + ": ";
  if (edge.unsure)
    return fmt::format("    {}somewhere up to {}{}: a value on the way cannot run{}\n", others, where, unit, seeds);
  if (edge.more_often > 0 || (edge.rises && edge.falls))
    return fmt::format("    {}back and forth from {}{} on: no clear edge{}\n", others, edge.from, unit, seeds);
  return fmt::format("    {}{} {}{}{}\n", others, edge.rises ? "reached from" : "no more from", where, unit + " on", seeds);
}

std::string flips_text(const StudyResult& result) {
  const Study& study = result.study;
  std::string text;
  for (std::size_t c = 0; c < study.cliffs.size(); ++c) {
    const Cliff& cliff = study.cliffs[c];
    const Axis& axis = study.axes[cliff.axis];
    text += fmt::format("  {} along {}: where it reaches {}\n", study.responses[cliff.response].name, axis.name,
                        with_unit(cliff.at_least, study.responses[cliff.response].unit));
    const std::vector<Edge> edges = edges_of(result, c);
    for (std::size_t i = 0; i < std::min(edges.size(), kFlipsShown); ++i) text += edge_text(study, axis, edges[i]);
    if (edges.size() > kFlipsShown) text += fmt::format("    and {} more: answers.json has all\n", edges.size() - kFlipsShown);
    text += edges.empty() ? "    it flips nowhere between the values of the axis\n" : others_text(result, c, edges);
  }
  return text.empty() ? text : "cliffs\n" + text;
}

std::string fronts_text(const StudyResult& result) {
  const Study& study = result.study;
  std::string text;
  for (std::size_t i = 0; i < result.fronts.size(); ++i) {
    const Response &x = study.responses[study.pareto[i].x], &y = study.responses[study.pareto[i].y];
    text += fmt::format("  {} against {}: no point is better in both than\n", x.name, y.name);
    for (const std::size_t point : result.fronts[i])
      text += fmt::format("    {}: {} and {}\n", place_text(study, result.points.points[point]),
                          with_unit(result.summaries[study.pareto[i].x][point].median, x.unit),
                          with_unit(result.summaries[study.pareto[i].y][point].median, y.unit));
  }
  return text.empty() ? text : "Pareto front\n" + text;
}

}  // namespace

std::string short_number(double value) {
  if (std::isnan(value)) return "-";
  const bool whole = value == std::floor(value) || std::abs(value) >= 1000;
  return whole && std::abs(value) < 1e9 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

std::string place_text(const Study& study, const Point& point, std::optional<std::size_t> without) {
  std::string text;
  for (std::size_t axis = 0; axis < point.size(); ++axis) {
    if (axis == without || study.axes[axis].levels.size() == 1) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", study.axes[axis].name, label_at(study, point, axis));
  }
  return text;
}

std::string failures_text(const StudyResult& result) {
  std::vector<std::string> reasons;
  for (const Measured& run : result.runs)
    if (run.failed && std::find(reasons.begin(), reasons.end(), run.message) == reasons.end()) reasons.push_back(run.message);
  if (reasons.empty()) return {};
  std::string text = fmt::format("{} of {} runs gave no data:\n", result.failed(), result.runs.size());
  for (std::size_t i = 0; i < std::min(reasons.size(), kReasonsShown); ++i) text += "  " + reasons[i] + '\n';
  if (reasons.size() > kReasonsShown)
    text += fmt::format("  and {} other reasons: study.ndjson has all\n", reasons.size() - kReasonsShown);
  return text;
}

std::string study_text(const StudyResult& result) {
  std::string text = points_table(result);
  for (const std::string& part : {answers_text(result), flips_text(result), fronts_text(result)})
    if (!part.empty()) text += '\n' + part;
  return text;
}

}  // namespace tb::campaign
