// SPDX-License-Identifier: Apache-2.0
// The program on the fake machine, from outside: a shell's command line in a directory of its own.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "json/value.h"
#include "tests/tb/support.h"

namespace tb::cli {

namespace fs = std::filesystem;

struct Finished {
  int code;
  std::string out;
  std::string err;
};

inline std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class CliTest : public testing::Test {
 protected:
  // Runs a shell command line in a directory of its own.
  Finished shell(const std::string& command) const {
    const std::string line = "cd " + dir_.path().string() + " && { " + command + "; } >out.txt 2>err.txt";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(dir_ / "out.txt"), content(dir_ / "err.txt")};
  }
  Finished cosim(const std::string& arguments) const { return shell(SCX_COSIM " " + arguments); }
  json::Value result(const std::string& variant) const {
    return json::parse(content(dir_ / ("runs/stall/" + variant + "/result.json")));
  }

  test::TempDir dir_;
};

inline const std::string kRun = "run " SCX_TEST_SCENARIO " ";

}  // namespace tb::cli
