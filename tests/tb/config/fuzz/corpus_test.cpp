// SPDX-License-Identifier: Apache-2.0
// Goal: what the fuzzer has learnt is held in every build: its corpus, the shipped scenarios and the broken ones.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/tb/config/fuzz/config_property.h"
#include "tests/tb/support.h"

namespace tb::fuzz {
namespace {

class CorpusTest : public testing::TestWithParam<std::pair<const char*, std::size_t>> {};

TEST_P(CorpusTest, HoldsForEveryFile) {
  const auto [folder, at_least] = GetParam();
  const config::Library library = test::library();
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(broken_property(text, library), "") << entry.path();
    ++files;
  }
  EXPECT_GE(files, at_least);
}

INSTANTIATE_TEST_SUITE_P(Folders, CorpusTest,
                         testing::Values(std::pair(SCX_FUZZ_CORPUS, std::size_t{20}),
                                         std::pair(SCX_TEST_CONFIGS "/scenarios", std::size_t{20}),
                                         std::pair(SCX_TEST_BAD, std::size_t{128})),
                         [](const auto& one) { return "Folder" + std::to_string(one.index); });

}  // namespace
}  // namespace tb::fuzz
