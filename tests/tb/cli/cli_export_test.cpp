// SPDX-License-Identifier: Apache-2.0
// Goal: export names what it has written on stdout and what is missing on stderr; bad input ends with exit code 2 and a line that says why.
#include <gmock/gmock.h>

#include "tests/tb/cli/cli_fixture.h"

namespace tb::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class CliExportTest : public CliTest {
 protected:
  void SetUp() override { ASSERT_EQ(cosim(kRun + "--variant kick --quiet --no-report").code, 0); }
};

TEST_F(CliExportTest, NamesWhatIsWritten) {
  const Finished done = cosim("export runs/stall/kick --csv out --ftrace trace.txt");
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.out, "trace.txt\nout\n");
  EXPECT_THAT(done.err, IsEmpty());
  EXPECT_THAT(content(dir_ / "out/reset.csv"), testing::StartsWith("cycle,ns,hart,boot,hw_watchdog\r\n"));
  EXPECT_THAT(content(dir_ / "trace.txt"), testing::StartsWith("# tracer: nop\n"));
}

TEST_F(CliExportTest, SaysWhatIsMissing) {
  fs::resize_file(dir_ / "runs/stall/kick/events.bin", 30);
  const Finished done = cosim("export runs/stall/kick --csv out");
  EXPECT_EQ(done.code, 0);
  EXPECT_THAT(done.err, HasSubstr("scx-cosim: runs/stall/kick: events.bin "));
}

TEST_F(CliExportTest, BadInput) {
  const auto refused = [this](const std::string& arguments) {
    const Finished done = cosim("export " + arguments);
    EXPECT_EQ(done.code, 2) << arguments;
    EXPECT_THAT(done.out, IsEmpty());
    return done.err;
  };
  EXPECT_THAT(refused("runs/stall/kick"), HasSubstr("scx-cosim: nothing to write: give one or more of --perfetto, "));
  EXPECT_THAT(refused("runs/stall --csv out"),
              HasSubstr("scx-cosim: runs/stall is not the directory of a run; runs below it: runs/stall/kick"));
  EXPECT_THAT(refused("none --csv out"), HasSubstr("scx-cosim: none: no such directory\n"));
  EXPECT_THAT(refused("runs/stall/kick --ftrace none/trace"), HasSubstr("scx-cosim: none/trace: No such file or directory\n"));
  EXPECT_THAT(refused("runs/stall/kick --ctf runs"),
              HasSubstr("scx-cosim: --ctf runs: holds stall, which is no file of an export\n"));
  EXPECT_THAT(refused("runs/stall/kick --trace_dat x"), HasSubstr("unknown option '--trace_dat'; did you mean '--trace-dat'?"));
  EXPECT_FALSE(fs::exists(dir_ / "out"));
}

}  // namespace
}  // namespace tb::cli
