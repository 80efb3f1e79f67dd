// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/show.h"

#include <fmt/format.h>

#include "tb/explain/verdict.h"
#include "tb/explain/words.h"
#include "tb/report/sentence.h"
#include "tb/result/outcome.h"

namespace tb::explain {
namespace {

constexpr std::size_t kEntriesShown = 6;

std::string ms(const Explanation& of, sim::Cycle cycles) { return fmt::format("{:.3f}", of.run.ms(static_cast<double>(cycles))); }

std::string head(const Explanation& of) {
  const auto& result = of.run.result;
  if (!result) return fmt::format("{}\n", of.run.dir.string());
  std::string text =
      fmt::format("{}/{}, seed {}: {}", result->scenario, result->variant, result->seed, info(result->outcome).name);
  if (!result->message.empty()) text += ": " + result->message;
  const std::string sentence = report::sentence(*result);
  return text + "\n" + (sentence.empty() ? "" : sentence + "\n");
}

std::string ledger(const Explanation& of, bool full) {
  std::string text = fmt::format("{:>14} {:>12} {:>7}  cause\n", "cycles", "ms", "share");
  const double all = static_cast<double>(of.wait->cycles());
  std::size_t shown = 0;
  sim::Cycle rest = 0;
  for (const Entry& entry : of.ledger) {
    if (!full && shown == kEntriesShown) {
      rest += entry.cycles;
      continue;
    }
    ++shown;
    text += fmt::format("{:>14} {:>12} {:>6.1f}%  {:<15} {}\n", entry.cycles, ms(of, entry.cycles),
                        100 * static_cast<double>(entry.cycles) / all, name_of(entry.chain.first().kind), say(entry.chain, of));
  }
  if (rest != 0)
    text += fmt::format("{:>14} {:>12} {:>6.1f}%  {} more\n", rest, ms(of, rest), 100 * static_cast<double>(rest) / all,
                        of.ledger.size() - shown);
  return text + fmt::format("{:>14} {:>12} {:>6.1f}%  the whole wait\n", of.wait->cycles(), ms(of, of.wait->cycles()), 100.0);
}

std::string steps(const Explanation& of) {
  std::string text;
  for (const Step& step : of.steps)
    text += fmt::format("{:>14} {:>12}  {:<8} {}\n", step.cycle, ms(of, step.cycle),
                        step.hart == kNoHart ? "" : fmt::format("hart {}", step.hart), step.text);
  return text;
}

std::string proof_text(const Explanation& of, const Proof& proof) {
  if (proof.finding == Finding::not_possible) return fmt::format("Proof: none: {}\n", proof.changed);
  const std::string figures =
      proof.storm ? fmt::format("{} IPIs instead of {}", proof.after, proof.before)
                  : fmt::format("{} {} ms instead of {} ms", of.task + (of.wait->hart ? " takes no interrupt for" : " waits"),
                                ms(of, proof.after), ms(of, proof.before));
  const std::string what = fmt::format("Proof: the same seed {}: {}", proof.changed, figures);
  switch (proof.finding) {
    case Finding::proven: return what + ". The cause is proven.\n";
    case Finding::in_part: return what + ". This cause is one of several.\n";
    default: return what + ". The verdict is withdrawn: it does not depend on this cause.\n";
  }
}

json::Value json_of(const Chain& chain, const Explanation& of) {
  json::Value links = json::Value::array();
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const Cause& cause = chain[i];
    json::Value link = {{"cause", std::string(name_of(cause.kind))}, {"text", say(cause, of)}, {"since", cause.since}};
    if (cause.hart != kNoHart) link["hart"] = cause.hart;
    if (cause.pid != 0) link["task"] = of.name(cause.pid);
    links.push_back(std::move(link));
  }
  return links;
}

std::string_view name_of(WaitEnd end) {
  switch (end) {
    case WaitEnd::ran: return "ran";
    case WaitEnd::reset: return "reset";
    case WaitEnd::exited: return "exited";
    case WaitEnd::end_of_log: return "end_of_log";
  }
  return {};
}

}  // namespace

std::string to_text(const Explanation& of, const std::optional<Proof>& proof, bool full) {
  std::string text = head(of);
  if (!of.wait) return text + "No task of this run waited for a CPU.\n";
  text += fmt::format("\n{} {}, from cycle {} to {}:\n{}", of.wait->hart ? "Without an interrupt:" : "The wait of", of.task,
                      of.wait->from, of.wait->to, ledger(of, full));
  text += fmt::format("\nThe way back to the cause:\n{:>14} {:>12}\n{}", "cycle", "ms", steps(of));
  text += fmt::format("\nVerdict: {}: {}.\n{}\n", name_of(of.verdict.what), meaning_of(of.verdict.what), of.verdict.sentence);
  if (proof) text += proof_text(of, *proof);
  return text;
}

json::Value to_json(const Explanation& of, const std::optional<Proof>& proof, bool full) {
  json::Value json = {{"run", of.run.dir.string()}, {"clock_mhz", of.run.clock_mhz}, {"cycles", of.run.end}};
  if (of.run.result) {
    json["scenario"] = of.run.result->scenario;
    json["variant"] = of.run.result->variant;
    json["seed"] = of.run.result->seed;
    json["outcome"] = std::string(info(of.run.result->outcome).name);
    json["sentence"] = report::sentence(*of.run.result);
  }
  if (!of.wait) return json;
  json::Value wait = {
      {"from", of.wait->from}, {"to", of.wait->to}, {"cycles", of.wait->cycles()}, {"end", std::string(name_of(of.wait->end))}};
  if (of.wait->hart) {
    wait["hart"] = *of.wait->hart;
  } else {
    wait["task"] = of.names.at(of.wait->pid);
    wait["pid"] = of.wait->pid;
  }
  json["wait"] = std::move(wait);
  json::Value entries = json::Value::array();
  for (const Entry& entry : of.ledger) {
    if (!full && entries.size() == kEntriesShown) break;
    entries.push_back({{"cause", std::string(name_of(entry.chain.first().kind))},
                       {"root", std::string(name_of(entry.chain.root().kind))},
                       {"cycles", entry.cycles},
                       {"first", entry.first},
                       {"longest", entry.longest},
                       {"stretches", entry.stretches},
                       {"chain", json_of(entry.chain, of)}});
  }
  json["ledger"] = std::move(entries);
  json["ledger_entries"] = of.ledger.size();
  json::Value roots = json::Value::object();
  for (std::size_t i = 0; i < kCauses.size(); ++i)
    if (const sim::Cycle cycles = of.cycles_of(static_cast<CauseKind>(i)); cycles != 0)
      roots[std::string(kCauses[i].name)] = cycles;
  json["cycles_by_root"] = std::move(roots);
  json::Value steps = json::Value::array();
  for (const Step& step : of.steps) {
    json::Value one = {{"cycle", step.cycle}, {"text", step.text}};
    if (step.hart != kNoHart) one["hart"] = step.hart;
    steps.push_back(std::move(one));
  }
  json["steps"] = std::move(steps);
  json["verdict"] = {{"class", std::string(name_of(of.verdict.what))},
                     {"meaning", std::string(meaning_of(of.verdict.what))},
                     {"share", of.verdict.share},
                     {"sentence", of.verdict.sentence}};
  if (proof)
    json["proof"] = {{"finding", std::string(name_of(proof->finding))},
                     {"changed", proof->changed},
                     {"measure", proof->storm ? "ipis" : "cycles"},
                     {"before", proof->before},
                     {"after", proof->after},
                     {"run", proof->dir.string()}};
  return json;
}

}  // namespace tb::explain
