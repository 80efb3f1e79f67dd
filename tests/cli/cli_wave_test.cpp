// SPDX-License-Identifier: Apache-2.0
// Goal: what a view is opened with is the same whether its waves were made for it or were there already.
#include <gmock/gmock.h>

#include <map>

#include "tests/cli/cli_fixture.h"

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
      if (name.find("translate") != std::string::npos || name.find(std::string("waves-") + view) != std::string::npos) fs::remove(name);
    const Finished second = cosim(show);
    EXPECT_THAT(second.err, IsEmpty()) << "nothing is run again";
    EXPECT_EQ(second.out, first.out);
    EXPECT_EQ(files(), as_made);
  }
}

}  // namespace
}  // namespace tb::cli
