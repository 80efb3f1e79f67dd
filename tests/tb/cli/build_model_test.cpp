// SPDX-License-Identifier: Apache-2.0
// Goal: a model that is missing is built once, by one command, before anything runs; where that cannot be, the command is named.
#include "tb/cli/build_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tb/config/hardware_reader.h"
#include "tests/tb/support.h"

namespace tb::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A build tree whose script leaves a mark instead of a model.
class BuildModelTest : public testing::Test {
 protected:
  BuildModelTest() : backend_(test::fake_backend(SCX_TEST_CONFIGS)) {
    backend_.library.build_command = [this](unsigned harts) {
      return std::vector<std::string>{
          "/bin/sh", "-c", "echo " + std::to_string(harts) + " >> " + mark().string() + "; exec sh $0", script().string()};
    };
    backend_.hart_counts = [this] {
      std::vector<unsigned> counts = {1, 2, 4, 8};
      if (std::filesystem::exists(script().string() + ".built")) counts.push_back(63);
      return counts;
    };
  }

  std::filesystem::path script() const { return dir_ / "build_model.cmake"; }
  std::filesystem::path mark() const { return dir_ / "asked"; }
  void script_does(const std::string& what) const { std::ofstream(script()) << what << '\n'; }
  std::string asked() const {
    std::ifstream file(mark());
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // How often a machine of that many harts was read without complaint.
  int run(const std::string& harts) {
    return with_models_built(backend_, [&](const Backend& backend) { return run_with(backend, harts); });
  }
  int run_with(const Backend& backend, const std::string& harts) {
    const auto file = test::scenario_file(test::kMinimal);
    (void)config::resolve(file, "base", {config::parse_set("hardware.harts=" + harts)}, backend.library);
    return ++sound_;
  }

  test::TempDir dir_;
  Backend backend_;
  int sound_ = 0;
};

TEST_F(BuildModelTest, WhatIsBuiltIsNotBuiltAgain) {
  script_does("exit 1");
  EXPECT_EQ(run("8"), 1);
  EXPECT_EQ(asked(), "");
}

TEST_F(BuildModelTest, WhatIsMissingIsBuiltAndUsed) {
  script_does("touch $0.built");
  EXPECT_EQ(run("63"), 1);
  EXPECT_EQ(asked(), "63\n");
}

TEST_F(BuildModelTest, AFailedBuildLeavesTheCommandAndItsLog) {
  script_does("echo no room; exit 1");
  EXPECT_THAT(test::config_error([&] { run("63"); }),
              HasSubstr("no model with 63 harts is built; built: 1, 2, 4, 8. Build it, once: /bin/sh -c"));
  EXPECT_EQ(asked(), "63\n");
  EXPECT_EQ(sound_, 0);
  std::vector<std::string> logs;
  for (const auto& entry : std::filesystem::directory_iterator(dir_.path()))
    if (entry.path().extension() == ".log") {
      std::ifstream file(entry.path());
      logs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  EXPECT_THAT(logs, ElementsAre("no room\n"));
}

TEST_F(BuildModelTest, AFailedBuildIsNotTriedAgain) {
  script_does("exit 1");
  int asked_for = 0;
  EXPECT_THAT(test::config_error([&] {
                with_models_built(backend_, [&](const Backend& backend) {
                  ++asked_for;
                  EXPECT_EQ(config::can_build_model(backend.library, 63), asked_for == 1);
                  return run_with(backend, "63");
                });
              }),
              HasSubstr("no model with 63 harts is built"));
  EXPECT_EQ(asked_for, 2);
  EXPECT_EQ(asked(), "63\n");
}

TEST_F(BuildModelTest, ABuildThatMakesSomethingElseEndsItToo) {
  script_does("touch $0.of_other_sources");
  EXPECT_THAT(test::config_error([&] { run("63"); }), HasSubstr("no model with 63 harts is built"));
  EXPECT_EQ(asked(), "63\n");
}

TEST_F(BuildModelTest, WithoutABuildTreeNothingIsTried) {
  EXPECT_THAT(test::config_error([&] { run("63"); }), HasSubstr("Build it, once: /bin/sh -c"));
  EXPECT_EQ(asked(), "");
}

TEST_F(BuildModelTest, WhatIsWrongBesidesIsSaidFirst) {
  script_does("touch $0.built");
  const std::string error = test::config_error([&] {
    with_models_built(backend_, [&](const Backend& backend) {
      const auto file = test::scenario_file(test::kMinimal);
      (void)config::resolve(file, "base", {config::parse_set("hardware.harts=63"), config::parse_set("hardware.costs.tick=x")},
                            backend.library);
      return 0;
    });
  });
  EXPECT_THAT(error, HasSubstr("hardware.costs.tick"));
  EXPECT_EQ(asked(), "");
}

}  // namespace
}  // namespace tb::cli
