// SPDX-License-Identifier: Apache-2.0
// Goal: a file has its name when it is complete and not before; what is not complete is gone.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tb/export/output.h"
#include "tests/tb/export/exported.h"

namespace tb::exports {
namespace {

namespace fs = std::filesystem;

TEST(OutputFileTest, HasItsNameWhenItIsComplete) {
  const test::TempDir dir;
  std::string all;
  {
    OutputFile file(dir / "file");
    for (unsigned i = 0; i < 300; ++i) {
      const std::string text(997, static_cast<char>('a' + i % 26));
      all += text;
      file.write(text);
    }
    const std::string large(200'000, 'x');  // larger than what is kept back
    file.write(large);
    all += large;
    EXPECT_EQ(file.size(), all.size());
    EXPECT_FALSE(fs::exists(dir / "file"));
    file.commit();
    EXPECT_EQ(test::contents(dir / "file"), all);
  }
  EXPECT_TRUE(test::contents(dir / "file") == all);
  EXPECT_FALSE(fs::exists(dir / "file.part"));
  EXPECT_NE(::fcntl(STDOUT_FILENO, F_GETFD), -1) << "it has closed a file that is not its own";
}

TEST(OutputFileTest, IsGoneIfItIsNotComplete) {
  const test::TempDir dir;
  std::ofstream(dir / "file") << "the one before";
  {
    OutputFile file(dir / "file");
    file.write("half");
    EXPECT_TRUE(fs::exists(dir / "file.part"));
  }
  EXPECT_EQ(test::contents(dir / "file"), "the one before");
  EXPECT_FALSE(fs::exists(dir / "file.part"));
}

TEST(OutputFileTest, ACopyHasAll) {
  const test::TempDir dir;
  OutputFile from(dir / "from"), to(dir / "to");
  const std::string text(150'001, 'y');
  from.write(text);
  to.write("head ");
  from.copy_to(to);
  to.commit();
  EXPECT_EQ(test::contents(dir / "to"), "head " + text);
}

TEST(OutputFileTest, AFileThatCannotBeNamedIsGone) {
  const test::TempDir dir;
  OutputFile file(dir / "file");
  fs::create_directory(dir / "file");
  file.write("x");
  EXPECT_THROW(file.commit(), fs::filesystem_error);
  EXPECT_FALSE(fs::exists(dir / "file.part"));
}

}  // namespace
}  // namespace tb::exports
