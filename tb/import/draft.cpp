// SPDX-License-Identifier: Apache-2.0
#include "tb/import/draft.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/emit.h"
#include "tb/config/limits.h"
#include "tb/config/yaml_file.h"

namespace tb::import {

namespace {

using config::make_map;
using config::make_number;
using config::make_sequence;
using config::make_text;
using config::Tree;

constexpr unsigned kHartsOfTheMachine = 4;  // mc4
constexpr std::size_t kCommentWidth = 120;

// Words of a sentence on lines that begin alike.
void append_wrapped(std::string& out, std::string_view first, std::string_view rest, const std::string& sentence) {
  std::string line(first);
  bool begun = false;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t end = std::min(sentence.find(' ', at), sentence.size());
    const std::string word = sentence.substr(at, end - at);
    at = end + 1;
    if (begun && line.size() + 1 + word.size() > kCommentWidth) {
      out += line + '\n';
      line = rest;
      begun = false;
    }
    line += (begun ? " " : "") + word;
    begun = true;
  }
  out += line + '\n';
}

// What stands in a comment must not end it.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, ' ');
  return text;
}

std::string comment(const Draft& draft) {
  std::string out;
  append_wrapped(out, "# ", "# ", one_line(fmt::format("Made by scx-cosim import from {}, {}.", draft.source, draft.what)));
  for (const std::string& fact : draft.facts) append_wrapped(out, "# ", "# ", one_line(fact));
  out += draft.notes.empty() ? "# All of it was carried over.\n" : "# Not carried over:\n";
  for (const std::string& note : draft.notes) append_wrapped(out, "# * ", "#   ", one_line(note));
  return out;
}

Tree hardware_of(const Draft& draft, const Wishes& wishes) {
  if (!wishes.hardware.empty()) return make_text(wishes.hardware);
  if (draft.harts == 1 && draft.harts_exact) return make_text("mc1");
  if (draft.harts == kHartsOfTheMachine || (draft.harts < kHartsOfTheMachine && !draft.harts_exact)) return make_text("mc4");
  Tree map = make_map();
  map.set("base", make_text("mc4"));
  map.set("harts", make_number(draft.harts));
  return map;
}

}  // namespace

Tree step(std::string_view key, Tree value) {
  Tree map = make_map();
  map.set(key, std::move(value));
  return map;
}
Tree step(std::string_view key, std::string_view name) { return step(key, make_text(name)); }
Tree step(std::string_view key, std::uint64_t number) { return step(key, make_number(number)); }

Tree loop(std::uint64_t times, std::vector<Tree> steps) {
  Tree map = make_map();
  map.set("times", make_number(times));
  map.set("program", program_of(std::move(steps)));
  return step("loop", std::move(map));
}

Tree program_of(std::vector<Tree> steps) {
  while (steps.size() > config::kProgramStepsMax) {
    std::vector<Tree> shorter;
    for (std::size_t at = 0; at < steps.size(); at += config::kProgramStepsMax) {
      Tree list = make_sequence();
      const std::size_t end = std::min(steps.size(), at + config::kProgramStepsMax);
      std::move(steps.begin() + static_cast<std::ptrdiff_t>(at), steps.begin() + static_cast<std::ptrdiff_t>(end),
                std::back_inserter(list.items));
      Tree once = make_map();
      once.set("times", make_number(1));
      once.set("program", std::move(list));
      shorter.push_back(step("loop", std::move(once)));
    }
    steps = std::move(shorter);
  }
  Tree list = make_sequence();
  list.items = std::move(steps);
  return list;
}

void Draft::note(const std::string& sentence) {
  if (std::ranges::find(notes, sentence) == notes.end()) notes.push_back(sentence);
}

std::string text_of(const Draft& draft, const Wishes& wishes) {
  Tree map = make_map();
  map.set("name", make_text(draft.name));
  map.set("question", make_text(draft.question));
  map.set("hardware", hardware_of(draft, wishes));
  if (!wishes.scheduler.empty()) map.set("scheduler", step("name", wishes.scheduler));
  Tree tasks = make_sequence();
  tasks.items = draft.tasks;
  map.set("tasks", std::move(tasks));
  Tree run = make_map();
  run.set("seed", make_number(1));
  run.set("until_us", make_number(draft.until_us));
  map.set("run", std::move(run));
  Tree expect = make_sequence();
  expect.items.push_back(step("ending", "running"));
  map.set("expect", std::move(expect));
  return comment(draft) + config::emit_yaml(map);
}

}  // namespace tb::import
