// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/story.h"

#include <fmt/format.h>

#include <algorithm>

namespace tb::wave {
namespace {

constexpr std::size_t kAboutLetters = 64;  // of the title
constexpr std::size_t kLineLetters = 32;   // of a line of the legend

std::string shortened(std::string text, std::size_t letters) {
  if (text.size() > letters) text = text.substr(0, letters - 3) + "...";
  return text;
}

void add(std::vector<Story>& stories, std::string about, bool aside, sim::Cycle at, std::vector<Mark> marks) {
  if (marks.empty()) marks.push_back({"here", at});
  std::ranges::stable_sort(marks, {}, &Mark::cycle);
  stories.push_back({shortened(std::move(about), kAboutLetters), aside, at, std::move(marks)});
}

bool ended_early(const Result& result) {
  return !result.complete && result.outcome != Outcome::kPassed && result.outcome != Outcome::kExpectationFailed &&
         result.outcome != Outcome::kTimedOut;
}

}  // namespace

std::vector<Story> stories_of(const Result& result) {
  std::vector<Story> stories;
  const bool early = ended_early(result);
  if (early) add(stories, result.message, false, result.cycles, {{std::string(info(result.outcome).name), result.cycles}});
  for (const auto& [text, verdict] : result.expect)
    if (!verdict.passed && verdict.cycle && !early) add(stories, "failed: " + text, false, *verdict.cycle, verdict.marks);
  for (const BrokenLaw& law : result.broken_laws) add(stories, law.text, false, law.cycle, {{law.name, law.cycle, law.hart}});
  for (const Warning& warning : result.warnings)
    if (!warning.marks.empty()) add(stories, warning.text, true, warning.cycle, warning.marks);
  for (const auto& [text, verdict] : result.expect)
    if (verdict.passed && verdict.cycle) add(stories, "held: " + text, true, *verdict.cycle, verdict.marks);
  return stories;
}

const Story* story_at(const std::vector<Story>& stories, sim::Cycle cycle) {
  const auto found = std::ranges::find(stories, cycle, &Story::at);
  return found == stories.end() ? nullptr : &*found;
}

std::vector<waves::Marker> markers_of(const Story& story, bool among_others) {
  std::vector<waves::Marker> markers;
  for (const Mark& mark : story.marks) {
    const std::string on = mark.hart ? fmt::format("hart {}", *mark.hart) : "";
    markers.push_back({mark.name, on, mark.cycle});
  }
  if (among_others) markers.back().meaning = shortened(story.about, kLineLetters);
  return markers;
}

std::vector<sim::HartId> harts_of(const Story& story) {
  std::vector<sim::HartId> harts;
  for (const Mark& mark : story.marks)
    if (mark.hart && std::ranges::find(harts, *mark.hart) == harts.end()) harts.push_back(*mark.hart);
  return harts;
}

}  // namespace tb::wave
