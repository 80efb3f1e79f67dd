// SPDX-License-Identifier: Apache-2.0
// Goal: `wave` opens what was asked for, the same whether its waves were made for it or were there already, and says first if it cannot.
#include <gmock/gmock.h>

#include <map>

#include "tests/tb/cli/cli_fixture.h"

namespace tb::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(CliTest, FromWavesThatAreThereThePictureIsTheSame) {
  ASSERT_EQ(cosim(kRun + "--variant no_breakout --quiet").code, 0);
  const fs::path made = dir_ / "runs/stall/no_breakout/waves-again";
  const auto files = [&made] {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(made))
      if (entry.is_regular_file() && entry.path().filename() != "result.json") all[entry.path().string()] = content(entry.path());
    return all;
  };
  for (const char* view : {"overview", "watchdog"}) {
    fs::remove_all(made);
    const std::string show = std::string("wave runs/stall/no_breakout --at 450000 --print --view ") + view;
    const Finished first = cosim(show);
    ASSERT_EQ(first.code, 0) << first.err;
    EXPECT_THAT(first.err, HasSubstr("again with waves of cycles 4"));
    EXPECT_THAT(content(made / "translate/task.txt"), HasSubstr("0 swapper\n"));
    const auto as_made = files();
    for (const auto& [name, text] : as_made)
      if (name.find("translate") != std::string::npos || name.find(std::string("waves-") + view) != std::string::npos)
        fs::remove(name);
    const Finished second = cosim(show);
    EXPECT_THAT(second.err, IsEmpty()) << "nothing is run again";
    EXPECT_EQ(second.out, first.out);
    EXPECT_EQ(files(), as_made);
  }
}

TEST_F(CliTest, WaveShowsNothingThatWasNotAskedFor) {
  cosim(kRun + "--variant kick --variant resched_curr");
  cosim("replay runs/stall/kick");
  fs::remove(dir_ / "runs/stall/kick/result.json");
  const Finished refused = cosim("wave --print runs/stall/kick");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, HasSubstr("runs/stall/kick: no result.json: that run was killed with its supervisor; its replay is in "
                                     "runs/stall/kick/replay"));
  const Finished rest = cosim("wave --print runs/stall");
  EXPECT_THAT(rest.err, HasSubstr("left aside: runs/stall/kick: no result.json"));
  EXPECT_THAT(rest.out, HasSubstr("runs/stall/resched_curr/waves.fst"));
}

// The tools are looked for before a run is repeated for them.
TEST_F(CliTest, AMissingViewerIsSaidBeforeAnythingIsRun) {
  cosim(kRun + "--variant kick --set waves=none");
  const std::string path = "PATH=" + dir_.path().string() + " ";
  for (const char* options : {"--at breakout", "--at breakout --png x.png"}) {
    const Finished wave = shell(path + SCX_COSIM " wave runs/stall/kick " + options);
    EXPECT_EQ(wave.code, 2);
    EXPECT_EQ(wave.err, "scx-cosim: gtkwave is not installed (Debian: apt install gtkwave)\n") << options;
  }
  EXPECT_FALSE(fs::exists(dir_ / "runs/stall/kick/waves-again"));
}

TEST_F(CliTest, ThePrintedCommandIsOneForAShell) {
  const Finished run = cosim(kRun + "--variant kick --out 'my runs; $(x)'");
  ASSERT_EQ(run.code, 0) << run.err;
  const Finished wave = cosim("wave 'my runs; $(x)/stall/kick' --print");
  ASSERT_EQ(wave.code, 0) << wave.err;
  const Finished words = shell("gtkwave() { printf '%s\\n' \"$#\" \"$1\"; }; " + wave.out.substr(0, wave.out.find('\n')));
  EXPECT_THAT(words.out, AllOf(HasSubstr("2\n"), HasSubstr("/my runs; $(x)/stall/kick/waves.fst\n"))) << wave.out;
}

}  // namespace
}  // namespace tb::cli
