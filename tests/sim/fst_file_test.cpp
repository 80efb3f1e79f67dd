// SPDX-License-Identifier: Apache-2.0
// Goal: a waveform file counts as complete if, and only if, its writer came to the end. Files as the format lays them out: blocks
// of a type (one byte), a length that counts its own eight bytes (big endian), and content.
#include "sim/fst_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/sim/own_file.h"

namespace sim {
namespace {

constexpr int kHeader = 0, kChanges = 8, kGeometry = 3, kHierarchy = 4, kUnfinished = 255;

std::string head(int type, std::uint64_t length) {
  std::string bytes(1, static_cast<char>(type));
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift);
  return bytes;
}
std::string block(int type, std::size_t size) { return head(type, size + 8) + std::string(size, 'x'); }

const std::string kStart = block(kHeader, 321);
const std::string kRest = block(kGeometry, 20) + block(kHierarchy, 70'000);

class FstFileTest : public testing::Test {
 protected:
  FstFileTest() { std::filesystem::remove(path_); }
  ~FstFileTest() override { std::filesystem::remove(path_); }
  bool complete(const std::string& content) const {
    std::ofstream(path_, std::ios::binary) << content;
    return fst_complete(path_);
  }

  const std::filesystem::path path_ = sim_test::own_file("fst_file_test.fst");
};

TEST_F(FstFileTest, AFileWithAllItsPartsIsComplete) {
  EXPECT_TRUE(complete(kStart + kRest));
  EXPECT_TRUE(complete(kStart + block(kChanges, 1000) + block(kChanges, 0) + kRest)) << "a block may be empty";
  EXPECT_TRUE(complete(kStart + kRest + block(kChanges, 3)));
}

TEST_F(FstFileTest, TheHierarchyMayBePackedInEachWay) {
  for (const int type : {4, 6, 7}) EXPECT_TRUE(complete(kStart + block(kGeometry, 20) + block(type, 300))) << type;
  for (const int type : {5, 8}) EXPECT_FALSE(complete(kStart + block(kGeometry, 20) + block(type, 300))) << type;
}

TEST_F(FstFileTest, GapsAreABlockMore) {
  EXPECT_TRUE(complete(kStart + kRest));
  EXPECT_TRUE(fst_add_gaps(path_, {{5, 300}, {1000, 1001}}));
  EXPECT_TRUE(fst_complete(path_));
  std::ifstream file(path_, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  const std::string added("\x04\x00\x05\x01\xa7\x02\x00\xbc\x05\x01\x01", 11);  // 4 changes: off after 5, on after 295, ...
  EXPECT_EQ(content.substr((kStart + kRest).size()), head(2, 8 + added.size()) + added);
  EXPECT_FALSE(fst_add_gaps(path_ / "nowhere", {{1, 2}}));
}

TEST_F(FstFileTest, NothingIsNotComplete) {
  EXPECT_FALSE(fst_complete(path_));
  EXPECT_FALSE(complete(""));
}

TEST_F(FstFileTest, AllPartsAreNeededTheHeaderFirst) {
  EXPECT_FALSE(complete(kStart));
  EXPECT_FALSE(complete(kStart + block(kGeometry, 20)));
  EXPECT_FALSE(complete(kStart + block(kHierarchy, 300)));
  EXPECT_FALSE(complete(kRest));
  EXPECT_FALSE(complete(block(kGeometry, 20) + kStart + block(kHierarchy, 300)));
}

TEST_F(FstFileTest, ABlockStillBeingWrittenSaysSo) {
  EXPECT_FALSE(complete(kStart + kRest + block(kUnfinished, 100)));
  EXPECT_FALSE(complete(kStart + block(kUnfinished, 100) + kRest));
  EXPECT_TRUE(complete(kStart + block(kUnfinished - 1, 100) + kRest));
}

TEST_F(FstFileTest, BlocksFillTheFileToItsVeryEnd) {
  const std::string whole = kStart + kRest;
  for (const std::size_t lost :
       {std::size_t{1}, std::size_t{69'999}, std::size_t{70'000}, std::size_t{70'001}, std::size_t{70'008}})
    EXPECT_FALSE(complete(whole.substr(0, whole.size() - lost))) << lost;
  EXPECT_FALSE(complete(whole + "x")) << "no whole head";
  EXPECT_FALSE(complete(whole + head(kChanges, 9)));
  EXPECT_TRUE(complete(whole + head(kChanges, 8)));
  EXPECT_FALSE(complete(whole + head(kChanges, 7))) << "less than its own eight bytes";
  EXPECT_FALSE(complete(whole + head(kChanges, ~std::uint64_t{0}))) << "which would lead back";
}

}  // namespace
}  // namespace sim
