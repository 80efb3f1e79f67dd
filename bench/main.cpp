// SPDX-License-Identifier: Apache-2.0
// Measures the bridge against its references, interleaved in one run, and prints ratios. Each measurement has a process
// of its own (SystemC elaborates once). usage: scx-bench [rounds] [json file]
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/workload.h"

namespace {

using bench::Measurement;

struct Case {
  std::string key;
  std::string what;
  std::function<Measurement()> measure;
  std::vector<double> rates = {};
  std::uint64_t hash = 0;

  [[nodiscard]] double median() {
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
  }
};

struct Ratio {
  std::string key;
  std::string numerator;
  std::string denominator;
};

Measurement in_child(const std::function<Measurement()>& measure) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    const Measurement result = measure();
    const bool written = write(ends[1], &result, sizeof result) == static_cast<ssize_t>(sizeof result);
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  Measurement result;
  const bool complete = read(ends[0], &result, sizeof result) == static_cast<ssize_t>(sizeof result);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!complete || status != 0) throw std::runtime_error("a measurement died");
  return result;
}

Case& case_of(std::vector<Case>& cases, const std::string& key) {
  for (Case& c : cases) {
    if (c.key == key) return c;
  }
  throw std::logic_error("no case " + key);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  constexpr sim::Cycle kBusy = bench::kComparedCycles;
  constexpr sim::Cycle kQuiet = 40'000'000;
  std::vector<Case> cases{
      {.key = "bare", .what = "bare model, every hart computing", .measure = [] { return bench::plain_driver(bench::kAllComputing, kBusy); }},
      {.key = "cpp_op20", .what = "plain C++ driver, one op per 20 cycles", .measure = [] { return bench::plain_driver(20, kBusy); }},
      {.key = "bridge_op20", .what = "SystemC bridge, one op per 20, no skip", .measure = [] { return bench::bridge(20, kBusy, false); }},
      {.key = "skip_op20", .what = "SystemC bridge, one op per 20, skip", .measure = [] { return bench::bridge(20, kBusy, true); }},
      {.key = "cpp_op200", .what = "plain C++ driver, one op per 200 cycles", .measure = [] { return bench::plain_driver(200, kBusy); }},
      {.key = "bridge_op200", .what = "SystemC bridge, one op per 200, no skip", .measure = [] { return bench::bridge(200, kBusy, false); }},
      {.key = "skip_op200", .what = "SystemC bridge, one op per 200, skip", .measure = [] { return bench::bridge(200, kQuiet, true); }},
  };
  const std::vector<Ratio> ratios{{"bridge_op20_vs_cpp", "bridge_op20", "cpp_op20"},
                                  {"bridge_op200_vs_cpp", "bridge_op200", "cpp_op200"},
                                  {"skip_op20_vs_cpp", "skip_op20", "cpp_op20"},
                                  {"skip_op200_vs_cpp", "skip_op200", "cpp_op200"}};

  for (int round = 0; round < rounds; ++round) {
    for (Case& c : cases) {
      const Measurement result = in_child(c.measure);
      c.rates.push_back(result.mega_cycles_per_s);
      c.hash = result.hash;
    }
  }
  for (const Ratio& ratio : ratios) {
    const Case& measured = case_of(cases, ratio.numerator);
    const Case& reference = case_of(cases, ratio.denominator);
    if (measured.hash == reference.hash) continue;
    fmt::print(stderr, "scx-bench: {} ({:016x}) and {} ({:016x}) did not serve the same responses\n", measured.key,
               measured.hash, reference.key, reference.hash);
    return 1;
  }

  nlohmann::ordered_json report;
  fmt::print("{:<44} {:>10}\n", fmt::format("{} harts, median of {}", bench::kHarts, rounds), "Mcycles/s");
  for (Case& c : cases) {
    fmt::print("{:<44} {:>10.2f}\n", c.what, c.median());
    report["mega_cycles_per_s"][c.key] = c.median();
  }
  for (const Ratio& ratio : ratios) {
    const double value = case_of(cases, ratio.numerator).median() / case_of(cases, ratio.denominator).median();
    fmt::print("{:<44} {:>10.2f}\n", ratio.key, value);
    report[ratio.key] = value;
  }
  if (argc > 2) std::ofstream(argv[2]) << report.dump(2) << '\n';
  return 0;
}
