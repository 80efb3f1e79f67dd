// SPDX-License-Identifier: Apache-2.0
// Studies of the fake machine's stall.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "tb/campaign/engine.h"
#include "tb/campaign/study_reader.h"
#include "tb/campaign/study_result.h"
#include "tests/tb/support.h"

namespace tb::campaign::test {

// Parts of a study's file that most tests leave as they are.
struct StudyText {
  std::string axes = "[ { name: limit, key: kernel.breakout.limit, values: [8, 16, 32] } ]";
  std::string responses = "[ { name: irqs_off, metric: irq_off_cycles.max }, { name: breakouts, metric: breakouts } ]";
  std::string more = {};  // further keys, one per line
  std::string set = "{ run.until_us: 2000, waves: none }";

  [[nodiscard]] std::string text() const {
    return "name: limits\nquestion: What does the limit do?\nscenario: " + std::string(SCX_TEST_SCENARIO) + "\nset: " + set +
           "\naxes: " + axes + "\nresponses: " + responses + "\n" + more;
  }
};

inline Study read(const StudyText& parts, const StudyChanges& changes = {}) {
  const tb::test::TempDir dir;
  const std::filesystem::path file = dir / "study.yaml";
  std::ofstream(file) << parts.text();
  return read_study(file.string(), changes, tb::test::library());
}

// Messages without the folder of the file.
inline std::string study_error(const StudyText& parts, const StudyChanges& changes = {}) {
  std::string message = tb::test::config_error([&] { static_cast<void>(read(parts, changes)); });
  for (std::size_t at = message.find("/tmp/scx-test-"); at != std::string::npos; at = message.find("/tmp/scx-test-"))
    message.erase(at, std::string("/tmp/scx-test-XXXXXX/").size());
  return message;
}

struct Lab {
  tb::test::TempDir dir;
  Backend backend = tb::test::fake_backend(SCX_TEST_CONFIGS);

  [[nodiscard]] StudyResult run(const StudyText& parts, unsigned jobs = 2, const StudyChanges& changes = {}) {
    const Study study = read(parts, changes);
    Engine engine(backend, study, {dir / "limits", jobs});
    return run_study(study, engine);
  }
};

}  // namespace tb::campaign::test
