// SPDX-License-Identifier: Apache-2.0
// Goal: a model that is missing is built once, by one command, before anything runs; where that cannot be, the command is named.
#include "tb/run/models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/tb/support.h"

namespace tb::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A build whose command is a script that leaves a mark instead of a model.
class ModelsTest : public testing::Test {
 protected:
  ModelsTest() : backend_(test::fake_backend(SCX_TEST_CONFIGS)) {
    backend_.build_model = [this](unsigned harts) { return std::vector<std::string>{script().string(), std::to_string(harts)}; };
    backend_.hart_counts = [this] {
      std::vector<unsigned> counts = {1, 2, 4, 8};
      if (std::filesystem::exists(dir_.path() / "built")) counts.push_back(63);
      return counts;
    };
  }

  std::filesystem::path script() const { return dir_.path() / "build_model"; }
  void script_does(const std::string& commands) const {
    std::ofstream(script()) << "#!/bin/sh\ncd " << dir_.path().string() << "\necho $1 >>asked\n" << commands << '\n';
    std::filesystem::permissions(script(), std::filesystem::perms::owner_all);
  }
  std::string asked() const {
    std::ifstream file(dir_.path() / "asked");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Within ten seconds.
  bool appears(const char* file) const {
    for (int i = 0; i < 500 && !std::filesystem::exists(dir_.path() / file); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return std::filesystem::exists(dir_.path() / file);
  }

  test::TempDir dir_;
  Backend backend_;
};

TEST_F(ModelsTest, AModelThatIsThereIsNotBuiltAgain) {
  script_does("exit 1");
  require_model(backend_, 8);
  EXPECT_EQ(asked(), "");
}

TEST_F(ModelsTest, AMissingModelIsBuiltOnce) {
  script_does("touch built");
  require_model(backend_, 63);
  require_model(backend_, 63);
  EXPECT_EQ(asked(), "63\n");
}

TEST_F(ModelsTest, AFailedBuildLeavesTheCommandAndItsOutput) {
  script_does("echo no room; exit 1");
  const std::string error = test::config_error([&] { require_model(backend_, 63); });
  EXPECT_THAT(error, HasSubstr("hardware.harts: no model with 63 harts is built; built: 1, 2, 4, 8. Build it, once: " +
                               script().string() + " 63\nno room"));
  EXPECT_EQ(asked(), "63\n");
}

TEST_F(ModelsTest, ABuildThatLeavesNoModelFails) {
  script_does("touch something_else");
  EXPECT_THAT(test::config_error([&] { require_model(backend_, 63); }), HasSubstr("no model with 63 harts is built"));
}

TEST_F(ModelsTest, WithoutTheScriptTheCommandIsNamed) {
  EXPECT_THAT(test::config_error([&] { require_model(backend_, 63); }),
              HasSubstr("Build it, once: " + script().string() + " 63"));
}

TEST_F(ModelsTest, WithoutACommandTheModelsThatAreThereAreNamed) {
  backend_.build_model = {};
  EXPECT_EQ(test::config_error([&] { require_model(backend_, 63); }),
            "hardware.harts: no model with 63 harts is built; built: 1, 2, 4, 8");
}

// The compilers are children of the script: they must not go on alone.
TEST_F(ModelsTest, WhenTheProgramIsKilledItsBuildEnds) {
  script_does("trap 'touch told; exit 1' TERM; touch begun; while true; do sleep 0.02; done");
  const pid_t program = ::fork();
  if (program == 0) {
    require_model(backend_, 63);
    ::_exit(0);
  }
  ASSERT_TRUE(appears("begun"));
  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  EXPECT_TRUE(appears("told"));
}

TEST_F(ModelsTest, ABuildThatIsKilledSaysSo) {
  script_does("kill -9 $$");
  EXPECT_THAT(test::config_error([&] { require_model(backend_, 63); }), testing::EndsWith("ended by signal 9"));
}

}  // namespace
}  // namespace tb::run
