// SPDX-License-Identifier: Apache-2.0
// Goal: one call writes all formats, each the same each time; what must not be written is refused before anything is written, and
// nothing is left of what fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "log/reader.h"
#include "tests/tb/export/exported.h"

namespace tb::exports {
namespace {

namespace fs = std::filesystem;
using test::contents;
using testing::HasSubstr;

class ExportTest : public testing::Test {
 protected:
  ExportTest() { test::write_run(dir_ / "run", test::kExportScript); }

  Options all(const std::string& into) const {
    fs::create_directories(dir_ / into);
    const auto out = [&](const char* name) { return (dir_ / into / name).string(); };
    return {(dir_ / "run").string(), out("perfetto"), out("ftrace"), out("trace.dat"), out("ctf"), out("csv")};
  }
  std::map<std::string, std::string> files(const std::string& in) const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(dir_ / in))
      if (entry.is_regular_file()) found[fs::relative(entry.path(), dir_ / in).string()] = contents(entry.path());
    return found;
  }
  std::string refused(const Options& options) const {
    return test::config_error([&] { export_run(options); });
  }

  test::TempDir dir_;
};

TEST_F(ExportTest, TheSameBytesEachTime) {
  const Exported first = export_run(all("a"));
  EXPECT_EQ(first.written.size(), 5U);
  export_run(all("b"));
  const auto a = files("a"), b = files("b");
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.size(), 3 + 3 + trace::schema::kEvents.size());
  export_run(all("a"));  // over itself
  EXPECT_EQ(files("a"), b);
}

TEST_F(ExportTest, OneFormatIsTheSameAsAllAtOnce) {
  export_run(all("a"));
  Options one{.run_dir = (dir_ / "run").string()};
  one.trace_dat = (dir_ / "alone").string();
  EXPECT_EQ(export_run(one).written, std::vector<std::string>{one.trace_dat});
  EXPECT_EQ(contents(one.trace_dat), contents(dir_ / "a/trace.dat"));
}

TEST_F(ExportTest, OutputsThatMustNotBe) {
  const std::string run = (dir_ / "run").string();
  EXPECT_THAT(refused({.run_dir = run}), HasSubstr("nothing to write: give one or more of --perfetto"));
  EXPECT_THAT(refused({.run_dir = run, .perfetto = run + "/x", .ftrace = run + "/../run/x"}), HasSubstr("two formats"));
  EXPECT_THAT(refused({.run_dir = run, .perfetto = run + "/x", .csv = run + "/x/"}), HasSubstr("two formats"));
  EXPECT_THAT(refused({.run_dir = run, .ftrace = "/dev/null"}),
              HasSubstr("--ftrace /dev/null: is there, and is not a regular file"));
  EXPECT_THAT(refused({.run_dir = run, .trace_dat = run + "/events.bin"}), HasSubstr("is a file of the run"));
  EXPECT_THAT(refused({.run_dir = run, .csv = run}), HasSubstr("which is no file of an export"));
  EXPECT_THAT(refused({.run_dir = run, .ctf = run}), HasSubstr("which is no file of an export"));
  EXPECT_THAT(refused({.run_dir = run, .ctf = run + "/events.bin"}), HasSubstr("is not a directory"));
  EXPECT_THROW(export_run({.run_dir = run, .ftrace = run + "/none/x"}), fs::filesystem_error);
  EXPECT_EQ(files("run").size(), 2U);
}

TEST_F(ExportTest, FilesOfAnEarlierExportGo) {
  fs::create_directories(dir_ / "ctf");
  for (const char* name : {"hart_63", "hart_2.part", "metadata"}) std::ofstream(dir_ / "ctf" / name) << "old";
  export_run({.run_dir = (dir_ / "run").string(), .ctf = (dir_ / "ctf").string()});
  EXPECT_THAT(files("ctf"),
              testing::UnorderedElementsAre(testing::Key("metadata"), testing::Key("hart_0"), testing::Key("hart_1")));
  std::ofstream(dir_ / "ctf/hart_1x") << "not ours";
  EXPECT_THAT(refused({.run_dir = (dir_ / "run").string(), .ctf = (dir_ / "ctf").string()}), HasSubstr("holds hart_1x"));
  EXPECT_EQ(files("ctf").size(), 4U);
}

TEST_F(ExportTest, OfALogThatIsCut) {
  fs::resize_file(dir_ / "run/events.bin", fs::file_size(dir_ / "run/events.bin") - 1);
  EXPECT_THAT(export_run(all("a")).shortfall, HasSubstr("events.bin ends inside a record"));
  EXPECT_THAT(contents(dir_ / "a/ftrace"), testing::EndsWith("irq_on: site=context_switch\n"));
}

TEST_F(ExportTest, OfALogWithoutEvents) {
  fs::resize_file(dir_ / "run/events.bin", 16);
  EXPECT_THAT(export_run(all("a")).shortfall, HasSubstr("holds no event"));
  EXPECT_EQ(contents(dir_ / "a/csv/wfi_exit.csv"), "cycle,ns,hart\r\n");
}

TEST_F(ExportTest, NothingIsLeftOfADamagedLog) {
  std::ofstream(dir_ / "run/events.bin", std::ios::app) << std::string("\x01\x00\xf0\x00", 4);
  EXPECT_THROW(export_run(all("a")), event_log::LogError);
  EXPECT_TRUE(files("a").empty());
  std::ofstream(dir_ / "run/events.bin") << "foreign, and longer than the head of a log";
  EXPECT_THROW(export_run(all("a")), event_log::LogError);
  EXPECT_THAT(refused({.run_dir = dir_.path().string(), .csv = (dir_ / "a/csv").string()}),
              HasSubstr("is not the directory of a run"));
}

}  // namespace
}  // namespace tb::exports
