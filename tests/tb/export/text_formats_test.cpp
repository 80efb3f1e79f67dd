// SPDX-License-Identifier: Apache-2.0
// Goal: the lines of the ftrace text and of the CSV files, to the byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/export/exported.h"

namespace tb::exports {
namespace {

using test::contents;
using testing::HasSubstr;

class TextFormatsTest : public testing::Test {
 protected:
  TextFormatsTest() {
    test::write_run(dir_ / "run", test::kExportScript);
    export_run({.run_dir = (dir_ / "run").string(), .ftrace = (dir_ / "ftrace").string(), .csv = (dir_ / "csv").string()});
  }
  std::string csv(const std::string& event) const { return contents(dir_ / "csv" / (event + ".csv")); }

  test::TempDir dir_;
};

TEST_F(TextFormatsTest, EventsOfLinuxAreLinesOfLinux) {
  const std::string text = contents(dir_ / "ftrace");
  EXPECT_THAT(text, testing::StartsWith("# tracer: nop\n#\n# scx-cosim: 2 harts at 100 MHz"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n          <idle>-0       [000] .....     0.000003000: sched_wakeup: comm=work,er pid=5 prio=98 target_cpu=001\n"));
  EXPECT_THAT(text,
              HasSubstr("\n          <idle>-0       [001] dNh..     0.000003400: irq_handler_entry: irq=3 name=software\n"));
  EXPECT_THAT(text, HasSubstr(" [001] dNH..     0.000003500: softirq_entry: vec=9 [action=RCU]\n"));
  EXPECT_THAT(text, HasSubstr(" [001] dNh..     0.000003700: irq_handler_exit: irq=3 ret=handled\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n          <idle>-0       [001] d....     0.000004000: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 "
          "prev_state=R ==> next_comm=work,er next_pid=5 next_prio=98\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n         work,er-5       [001] d....     0.000007000: sched_switch: prev_comm=work,er prev_pid=5 prev_prio=120 "
          "prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120\n"));
}

TEST_F(TextFormatsTest, StatesPrioritiesAndInterrupts) {
  using trace::TaskState;
  std::vector<test::Played> script;
  unsigned cycle = 100;
  for (const TaskState state : {TaskState::kR, TaskState::kS, TaskState::kD, TaskState::kT, TaskState::kX, TaskState::kI})
    script.push_back({cycle++, 0, test::switched(5, "a", state, 5, "a")});
  for (const auto each : {trace::Class::kStop, trace::Class::kDeadline, trace::Class::kRt, trace::Class::kExt})
    script.push_back({cycle++, 0, test::switched(5, "a", TaskState::kR, 5, "a", each)});
  script.push_back({cycle++, 1, [] { trace::softirq_entry(trace::Softirq::kTimer); }});
  script.push_back({cycle++, 1, [] { trace::irq_entry(trace::Cause::kNmi); }});
  script.push_back({cycle++, 1, [] { trace::irq_exit(trace::Cause::kNmi); }});
  script.push_back({cycle++, 1, [] { trace::irq_entry(trace::Cause::kTimer); }});
  script.push_back({cycle++, 1, [] { trace::irq_entry(trace::Cause::kNmi); }});
  script.push_back({cycle++, 0, [] { trace::reset(1, true); }});
  script.push_back({cycle++, 1, [] { trace::wfi_exit(); }});
  test::write_run(dir_ / "other", script);
  export_run({.run_dir = (dir_ / "other").string(), .ftrace = (dir_ / "other.txt").string()});
  const std::string text = contents(dir_ / "other.txt");
  std::string states, flags;
  for (std::size_t at = 0; (at = text.find("prev_state=", at)) != std::string::npos; ++at) states += text[at + 11];
  for (std::size_t at = 0; (at = text.find(" [001] ", at)) != std::string::npos; ++at) flags += text.substr(at + 7, 3) + " ";
  EXPECT_EQ(states, "RSDTXIRRRR");
  EXPECT_EQ(flags, "..s ..z ..z d.H d.Z ... ");
  for (const char* prio : {"next_prio=0\n", "next_prio=-1\n", "next_prio=98\n", "next_prio=120\n"})
    EXPECT_THAT(text, HasSubstr(prio));
}

TEST_F(TextFormatsTest, OtherEventsHaveTheirFields) {
  const std::string text = contents(dir_ / "ftrace");
  EXPECT_THAT(text, HasSubstr(" [000] .....     0.000003200: ipi_raise: target_cpu=1 reason=reschedule mie=true\n"));
  EXPECT_THAT(text, HasSubstr(" 0.000005000: user_print: pid=5 stream=stdout text=two\\nlines \"quoted\"\n"));
  EXPECT_THAT(text, HasSubstr(" 0.900000000: scx_disable: name=qmap kind=1024 code=-1 reason=reason msg=\n"));
}

TEST_F(TextFormatsTest, AColumnForEachField) {
  EXPECT_EQ(csv("sched_switch"),
            "cycle,ns,hart,prev_pid,prev_comm,prev_state,next_pid,next_comm,prev_class,next_class\r\n"
            "400,4000,1,0,swapper/1,R,5,\"work,er\",fair,rt\r\n"
            "700,7000,1,5,\"work,er\",S,0,swapper/1,fair,idle\r\n");
  EXPECT_EQ(csv("user_print"), "cycle,ns,hart,pid,stream,text\r\n500,5000,1,5,stdout,\"two\nlines \"\"quoted\"\"\"\r\n");
  EXPECT_EQ(csv("ipi_raise"), "cycle,ns,hart,target_cpu,reason,mie\r\n320,3200,0,1,reschedule,true\r\n");
  EXPECT_EQ(csv("scx_disable"), "cycle,ns,hart,name,kind,code,reason,msg\r\n90000000,900000000,1,qmap,1024,-1,reason,\r\n");
  EXPECT_EQ(csv("tick"), "cycle,ns,hart,jiffies,curr_pid\r\n");
}

}  // namespace
}  // namespace tb::exports
