// SPDX-License-Identifier: Apache-2.0
// Goal: how a policy ended, kicks, and what is merely counted, from streams made by hand, good and bad side by side.
#include <gtest/gtest.h>

#include "tb/monitor/exit.h"
#include "tb/monitor/sysfs.h"
#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

TEST(ExitTest, TheFirstReportCounts) {
  ExitMonitor exits;
  test::for_each_event({{1, 0, report}, {2, 0, [] { trace::scx_error(1025, "scx_bpf_error", "later"); }}},
                       [&](const event_log::EventView& event) { exits.on_event(event); });
  EXPECT_EQ(exits.record()->kind, 1026);
}

TEST(ExitTest, TheFirstEjectionCounts) {
  ExitMonitor exits;
  const auto leave = [](unsigned kind, int code) { return [=] { trace::scx_disable("p", kind, code, "reason", "msg"); }; };
  test::for_each_event({{1, 0, leave(64, 5)}, {2, 0, leave(1025, 0)}, {3, 0, leave(1026, 0)}},
                       [&](const event_log::EventView& event) { exits.on_event(event); });
  EXPECT_EQ(exits.ending(), Ending::kEjected);
  EXPECT_EQ(exits.record()->kind, 1025);
}

TEST(ExitTest, UnregisteredReportedOrNothing) {
  const auto seen = [](const std::vector<Played>& script) {
    ExitMonitor exits;
    test::for_each_event(script, [&](const event_log::EventView& event) { exits.on_event(event); });
    return exits;
  };
  EXPECT_FALSE(seen({}).record().has_value());
  EXPECT_EQ(seen({}).ending(), Ending::kRunning);
  const auto unregistered = seen({{1, 0, [] { trace::scx_disable("p", 66, -7, "unregistered", "bye"); }}});
  EXPECT_EQ(unregistered.ending(), Ending::kUnregistered);
  EXPECT_EQ(unregistered.record()->code, -7);
  EXPECT_EQ(unregistered.record()->msg, "bye");
  const auto hung = seen({{1, 0, report}});
  EXPECT_EQ(hung.ending(), Ending::kRunning) << "it is still there";
  EXPECT_EQ(hung.record()->kind, 1026);
  EXPECT_EQ(seen({{1, 0, [] { trace::scx_disable("p", 67, 0, "sysrq", ""); }}}).ending(), Ending::kEjected);
}

TEST(ExitTest, DumpLinesInOrder) {
  ExitMonitor exits;
  test::for_each_event({{1, 0, [] { trace::sched_ext_dump("first"); }}, {1, 0, [] { trace::sched_ext_dump(""); }}},
                       [&](const event_log::EventView& event) { exits.on_event(event); });
  EXPECT_EQ(exits.dump(), (std::vector<std::string>{"first", ""}));
}

TEST(SysfsTest, TheLastThatWasShown) {
  SysfsMonitor sysfs;
  const auto play = [&sysfs](const std::vector<Played>& script) {
    test::for_each_event(script, [&](const event_log::EventView& event) { sysfs.on_event(event); });
    return sysfs.shown().dump();
  };
  using State = trace::ScxEnableState;
  EXPECT_EQ(play({{1, 0, report}}), "null") << "the kernel has not booted that far";
  EXPECT_EQ(play({{2, 0, [] { trace::scx_sysfs(State::kDisabled, false, 0, 3, 0, ""); }},
                  {3, 0, [] { trace::scx_sysfs(State::kEnabled, true, 2, 4, 1, "qmap"); }}}),
            R"({"state":"enabled","switch_all":true,"nr_rejected":2,"hotplug_seq":4,"enable_seq":1,"ops":"qmap"})");
  EXPECT_EQ(play({{4, 0, [] { trace::scx_sysfs(State::kDisabling, false, 0, 0, 0, ""); }}}),
            R"({"state":"disabling","switch_all":false,"nr_rejected":0,"hotplug_seq":0,"enable_seq":0,"ops":null})");
  EXPECT_EQ(play({{5, 0, [] { trace::reset(1, true); }}}), "null") << "of the boot before";
}

TEST(KickTest, AnsweredByTheNextSoftwareInterruptOfTheHart) {
  const auto m =
      metrics_of({{10, 0, self_kick}, {20, 0, on}, {22, 0, enter_software}, {30, 0, exit_software}, {40, 0, balance_enter}});
  EXPECT_EQ(metric(m, "self_kicks"), 1);
  EXPECT_EQ(metric(m, "self_kicks_unanswered"), 0);
  EXPECT_EQ(metric(m, "kick_to_irq_cycles.max"), 12);
}

TEST(KickTest, APolicysKicksWithFlagsAreItsOwnAffair) {
  const auto m = metrics_of({{10, 0, [] { trace::kick(0, 1, true); }}, {40, 0, balance_enter}});
  EXPECT_EQ(metric(m, "self_kicks"), 0);
  EXPECT_EQ(metric(m, "self_kicks_unanswered"), 0);
}

TEST(KickTest, UnansweredWhenTheHartBalancesFirst) {
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}, {20, 0, on}, {25, 0, enter_timer}, {40, 0, balance_enter}}),
                   "self_kicks_unanswered"),
            1);
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick},
                               {15, 0, self_kick},
                               {20, 0, on},
                               {22, 0, enter_software},
                               {30, 0, exit_software},
                               {31, 0, on},
                               {40, 0, self_kick},
                               {41, 0, enter_software}}),
                   "kick_to_irq_cycles.max"),
            12)
      << "from the first of two, and the longest of all";
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}, {22, 1, enter_software}, {40, 0, balance_enter}}), "self_kicks_unanswered"), 1)
      << "another hart's";
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}, {20, 0, [] { trace::cpu_offline(0); }}, {40, 0, balance_enter}}),
                   "self_kicks_unanswered"),
            0)
      << "it went off with the CPU";
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}}), "self_kicks_unanswered"), 0) << "cut short by the end of the run";
}

TEST(MetricsTest, LockWaitsAreCounted) {
  const auto wait = [] { trace::rq_lock_wait(0, 1); };
  EXPECT_EQ(metric(metrics_of({{1, 0, wait}, {2, 1, wait}}), "rq_lock_waits"), 2);
}

TEST(MetricsTest, RefusalsAndSleepOnHeldTasks) {
  const auto m = metrics_of({{1, 0, [] { trace::dispatch_refused(2, trace::Refusal::kNone); }},
                             {2, 0, [] { trace::dispatch_refused(2, trace::Refusal::kOtherBrand); }},
                             {3, 0, [] { trace::dispatch_refused(2, trace::Refusal::kNone); }},
                             {4, 0, [] { trace::wfi_enter(0); }},
                             {5, 0, [] { trace::wfi_enter(1); }},
                             {6, 0, [] { trace::dispatch_refused(2, trace::Refusal::kLost); }}});
  EXPECT_EQ(metric(m, "refused.lost"), 1);
  EXPECT_EQ(metric(m, "refused.none"), 2);
  EXPECT_EQ(metric(m, "refused.other_brand"), 1);
  EXPECT_EQ(metric(m, "wfi_while_held"), 1);
}

TEST(MetricsTest, OnlyResetsOfTheWatchdogAreItsOwn) {
  const auto reset = [](bool by_watchdog) { return [by_watchdog] { trace::reset(1, by_watchdog); }; };
  EXPECT_EQ(metric(metrics_of({{0, 0, reset(false)}, {5, 0, reset(true)}}), "hw_watchdog_resets"), 1);
}

bool is_null_at(const json::Value& metrics, std::string_view path) {
  const json::Value* node = &metrics;
  for (std::size_t dot; node != nullptr && (dot = path.find('.')) != path.npos; path.remove_prefix(dot + 1))
    node = node->find(std::string(path.substr(0, dot)));
  const json::Value* const leaf = node != nullptr ? node->find(std::string(path)) : nullptr;
  return leaf != nullptr && leaf->is_null();
}

TEST(MetricsTest, EveryPathThatIsOfferedLeadsToANumber) {
  const auto m =
      metrics_of({{1, 0, bypass(0, true)}, {2, 0, report}, {3, 0, bypass(0, true)}, {4, 0, disabled}, {5, 0, [] {
                                                                                                         trace::task_audit(3, 0);
                                                                                                       }}});
  ASSERT_FALSE(metric_paths().empty());
  // Nothing ran here: of histograms without values, and of shares of nothing, the metric is null.
  for (const std::string& path : metric_paths()) EXPECT_TRUE(metric_at(m, path).has_value() || is_null_at(m, path)) << path;
  EXPECT_FALSE(metric_at(m, "refused").has_value());
  EXPECT_FALSE(metric_at(m, "refused.none.x").has_value());
  EXPECT_FALSE(metric_at(m, "nope").has_value());
}

}  // namespace
}  // namespace tb::monitor
