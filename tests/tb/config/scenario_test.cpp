// SPDX-License-Identifier: Apache-2.0
// Goal: a scenario file becomes exactly the run it describes, defaults and overrides included.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tb/config/emit.h"
#include "tb/config/lower.h"
#include "tb/config/resolved.h"
#include "tests/tb/support.h"

namespace tb::config {
namespace {

using test::config_error;
using test::kMinimal;
using test::scenario;
using testing::HasSubstr;
using testing::Not;

std::string error_with(const std::vector<std::string>& sets, const std::string& text = kMinimal) {
  return config_error([&] { static_cast<void>(scenario(text, sets)); });
}

TEST(ScenarioTest, DefaultsAreThoseOfTheStruct) {
  const Scenario s = scenario(kMinimal);
  EXPECT_EQ(s.kernel.hz, kernel::Knobs{}.hz);
  EXPECT_EQ(s.kernel.breakout.limit, 32U);
  EXPECT_EQ(s.kernel.breakout.retry, kernel::BreakoutRetry::kKick);
  EXPECT_EQ(s.kernel.preempt, kernel::Preempt::kVoluntary);
  EXPECT_FALSE(s.kernel.hw_watchdog.enable);
  EXPECT_EQ(s.run.seed, 1U);
  EXPECT_TRUE(s.schedulers.empty());
  EXPECT_EQ(s.hardware.name, "mc2");
  EXPECT_EQ(s.hardware.harts, 2U);
  EXPECT_EQ(s.hardware.costs, Hardware::default_costs());
  EXPECT_EQ(s.variant, "base");
}

TEST(ScenarioTest, SetOverridesByDottedPath) {
  const Scenario s = scenario(
      kMinimal, {"kernel.breakout.limit=64", "kernel.breakout.retry=none", "hardware.ipi_latency=200", "hardware.costs.tick=5",
                 "tasks.hog.count=3", "tasks.0.program=[{run_us: [1, 9]}, {yield: true}]", "run.until_ms=2"});
  EXPECT_EQ(s.kernel.breakout.limit, 64U);
  EXPECT_EQ(s.kernel.breakout.retry, kernel::BreakoutRetry::kNone);
  EXPECT_EQ(s.hardware.ipi_latency, 200U);
  EXPECT_EQ(s.hardware.mem_latency, 2U) << "the rest of mc2 stays";
  EXPECT_EQ(s.hardware.costs[static_cast<std::size_t>(kernel::Cost::tick)], 5U);
  EXPECT_EQ(s.tasks[0].count, 3U);
  EXPECT_EQ(s.tasks[0].program[0].us.max, 9U);
  EXPECT_EQ(s.tasks[0].program[1].kind, kernel::ProgramOpKind::kYield);
  EXPECT_EQ(s.run.until_us, 2000U) << "until_ms replaces until_us";
}

TEST(ScenarioTest, AnotherMachineOrAnInlineOne) {
  EXPECT_EQ(scenario(kMinimal, {"hardware=mc4"}).hardware.harts, 4U);
  EXPECT_EQ(scenario(kMinimal, {"hardware=mc4", "hardware.harts=8"}).hardware.harts, 8U);
  const Scenario derived = scenario(kMinimal, {"hardware={base: mc1, mem_latency: 9}"});
  EXPECT_EQ(derived.hardware.harts, 1U);
  EXPECT_EQ(derived.hardware.mem_latency, 9U);
  EXPECT_THAT(error_with({"hardware={harts: 2}"}), HasSubstr("missing key 'clock_mhz'"));
  EXPECT_THAT(error_with({"hardware=mc5"}), HasSubstr("no machine is called 'mc5'; did you mean 'mc"));
  EXPECT_EQ(scenario(kMinimal, {"hardware=mc1", "hardware.harts=3"}).hardware.harts, 3U);  // whether a model is built yet or not
}

TEST(ScenarioTest, LimitsThemselvesAreAllowed) {
  const std::string longest(kNameLengthMax, 'n');
  EXPECT_EQ(scenario(kMinimal, {"hardware={base: mc2, name: " + longest + "}"}).hardware.name, longest);
  const std::string letters(kernel::kTaskCommLen - 2, 'c');  // and one digit
  EXPECT_EQ(scenario(kMinimal, {"tasks=[{name: " + letters + ", count: 10, program: [{run_us: 5}]}]"}).tasks[0].name, letters);
  EXPECT_THAT(config_error([&] {
                static_cast<void>(scenario(kMinimal, {"tasks=[{name: " + letters + ", count: 11, program: [{run_us: 5}]}]"}));
              }),
              testing::HasSubstr("is too long"));
  const Scenario point = scenario(kMinimal, {"tasks=[{name: t, program: [{run_us: [5, 5]}]}]"});
  EXPECT_EQ(point.tasks[0].program[0].us.min, 5U);
  EXPECT_EQ(point.tasks[0].program[0].us.max, 5U);
  EXPECT_EQ(scenario(kMinimal, {"expect=[{count: kick, at_least: 2, at_most: 2}]"}).expect[0].bounds.at_most, 2);
}

TEST(ScenarioTest, SetErrorsNameTheOption) {
  EXPECT_THAT(error_with({"kernel.brekout.limit=3"}),
              HasSubstr("--set kernel.brekout.limit=3: kernel.brekout: unknown key; did you mean 'breakout'?"));
  EXPECT_THAT(error_with({"kernel.hz.x=3"}), HasSubstr("kernel.hz: expected an integer from 10 to 10000, got a map"));
  EXPECT_THAT(error_with({"name.x=3"}), HasSubstr("'name' cannot be overridden"));
  EXPECT_THAT(error_with({"variants.a.b=3"}), HasSubstr("'variants' cannot be overridden"));
  EXPECT_THAT(error_with({"tasks.hogg.count=3"}), HasSubstr("no item is called 'hogg'; did you mean 'hog'?"));
  EXPECT_THAT(error_with({"tasks.7.count=3"}), HasSubstr("no item 7 in a list of 1"));
  EXPECT_THAT(error_with({"run..seed=3"}), HasSubstr("an empty part in the path"));
  EXPECT_THAT(error_with({"run.seed"}), HasSubstr("expected path.to.key=value"));
  EXPECT_THAT(error_with({"run.seed="}), HasSubstr("the value is missing"));
  EXPECT_THAT(error_with({"run.seed=[1"}), HasSubstr("the value cannot be read"));
  EXPECT_THAT(error_with({"run.seed.x=1"}), HasSubstr("expected an integer"));
}

TEST(ScenarioTest, AVariantMayKeepTheExpectationsOfTheScenario) {
  const std::string text = std::string(kMinimal) +
                           "variants:\n"
                           "  more: { run.seed: 2, expect: [ { never: kick }, base, { never: breakout } ] }\n";
  const Scenario base = test::scenario(text);
  const Scenario more = test::scenario(text, {}, "more");
  ASSERT_EQ(more.expect.size(), base.expect.size() + 2);
  EXPECT_EQ(more.expect.front().text, "{ never: kick }");
  EXPECT_EQ(more.expect[1].text, base.expect[0].text);
  EXPECT_EQ(more.expect.back().text, "{ never: breakout }");
}

TEST(ScenarioTest, VariantsOverrideAndBringTheirOwnExpectations) {
  const std::string text = kMinimal +
                           "base: plain\n"
                           "variants:\n"
                           "  wide: { hardware: mc8, kernel.breakout.limit: 0, expect: [ { never: breakout } ] }\n";
  EXPECT_EQ(test::scenario_file(text).variants, (std::vector<std::string>{"plain", "wide"}));
  const Scenario wide = scenario(text, {}, "wide");
  EXPECT_EQ(wide.variant, "wide");
  EXPECT_EQ(wide.hardware.harts, 8U);
  EXPECT_EQ(wide.kernel.breakout.limit, 0U);
  EXPECT_EQ(wide.expect[0].kind, Expectation::Kind::kNever);
  EXPECT_EQ(scenario(text, {"kernel.breakout.limit=7"}, "wide").kernel.breakout.limit, 7U) << "--set wins over the variant";
  EXPECT_EQ(scenario(text, {}, "plain").hardware.harts, 2U);
  EXPECT_THAT(config_error([&] { static_cast<void>(scenario(text, {}, "wied")); }), HasSubstr("did you mean 'wide'?"));
}

TEST(ScenarioTest, ResolvedFileReadsBackAsTheSameScenario) {
  const std::string text =
      kMinimal +
      "scheduler: { name: qmap, options: { slice_us: 2000, direct_dispatch: off, enqueue: v6.12 } }\n"
      "kernel: { hw_watchdog: { enable: true, bark_ms: 3, bite_us: 4500, route: plic }, spinlock: test_and_set }\n"
      "stimuli: [ { at: { event: kick, where: { self: true }, after_us: 5 }, press: sysrq-s }, { at: { cycle: 99 }, "
      "irq: 2, for_us: 3 } ]\n"
      "waves: { around: { event: breakout, hart: 1 }, before_us: 1, after_us: 2 }\n";
  const std::vector<std::string> sets{
      "run.stop_when={event: tick, where: {jiffies: {at_least: 2, at_most: 9}}, after_us: 7}",
      "tasks=[{name: a, count: 2, cpus: [0, 1], start_us: [0, 50], program: [{run_us: 1}]}, "
      "{name: b, class: fifo, prio: 80, cpus: each, once: true, program: [{sleep_us: [1, 2]}]}]",
      "expect=[{event: balance_exit, where: {trapped: true}, dispatch_calls: 32, always: true}, {exit: null}]"};
  const std::string first = emit_yaml(resolved_tree(scenario(text, sets)));
  const std::string second = emit_yaml(resolved_tree(scenario(first, {}, "base")));
  EXPECT_EQ(first, second);
  EXPECT_THAT(first, HasSubstr("enqueue: v6.12"));
  EXPECT_THAT(first, HasSubstr("bark_us: 3000"));
}

TEST(ScenarioTest, ResolvedFileKeepsLoadersStepsAndStarts) {
  const std::string text =
      kMinimal +
      "scheduler: [ { name: qmap, stats_ms: 5, unload_after_ms: 9, times: 2 }, { name: simple } ]\n"
      "kernel: { nohz: idle, irq_cpu: 1, watchdog_timeout_ms: 50, slice_dfl_us: 200, defects: [ no_qseq_branding ] }\n";
  const std::vector<std::string> sets{
      "tasks=[{name: p, start: {event: scx_error, where: {msg: {contains: stall}}, after_us: 4}, program: [{fork: t}, "
      "{wait_irq: 1}, {affinity: all}, {affinity: [0]}, {nice: 3}, {class: idle}, {class: fifo, prio: 9}, {exit: 1}]}, "
      "{name: t, template: true, program: [{sleep_us: [1, 2]}, {exit: 0}]}]",
      "expect=[{exit: {kind: 1026, msg: {contains: failed}}}]"};
  const std::string first = emit_yaml(resolved_tree(scenario(text, sets)));
  EXPECT_EQ(first, emit_yaml(resolved_tree(scenario(first, {}, "base"))));
  for (const char* part : {"unload_after_us: 9000", "times: 2", "watchdog_timeout_ms: 50", "fork: t", "wait_irq: 1",
                           "affinity: all", "prio: 9", "template: true", "contains: stall", "no_qseq_branding"})
    EXPECT_THAT(first, HasSubstr(part));
}

TEST(ScenarioTest, ASchedulerOfNullIsNone) {
  EXPECT_TRUE(scenario(kMinimal + "scheduler: null\n").schedulers.empty());
  const std::string text = kMinimal +
                           "scheduler: { name: qmap }\n"
                           "variants: { fair: { scheduler: null, expect: [ base ] } }\n";
  EXPECT_EQ(scenario(text).schedulers.size(), 1U);
  EXPECT_TRUE(scenario(text, {}, "fair").schedulers.empty());
  EXPECT_TRUE(scenario(text, {"scheduler=null"}).schedulers.empty());
  const std::string resolved = emit_yaml(resolved_tree(scenario(text, {}, "fair")));
  EXPECT_TRUE(scenario(resolved, {}, "fair").schedulers.empty());
  EXPECT_THAT(error_with({"scheduler=none"}, text), HasSubstr("scheduler: expected a map, got 'none'"));
}

TEST(ScenarioTest, AMachineThatIsNotAsItsFileHasItIsCalledSo) {
  const auto name = [](const std::vector<std::string>& sets, const std::string& text = kMinimal) {
    return scenario(text, sets).hardware.name;
  };
  EXPECT_EQ(name({}), "mc2");
  EXPECT_EQ(name({"hardware.harts=8"}), "mc2-modified");
  EXPECT_EQ(name({"hardware.harts=2"}), "mc2");
  EXPECT_EQ(name({"hardware.costs.tick=5"}), "mc2-modified");
  EXPECT_EQ(name({"hardware={base: mc4, ipi_latency: 999}"}), "mc4-modified");
  EXPECT_EQ(name({"hardware={base: mc4, name: slow, ipi_latency: 999}"}), "slow");
  EXPECT_EQ(name({"hardware.harts=8", "hardware.name=wide"}), "wide");
  EXPECT_EQ(name({"hardware.harts=8", "hardware=mc4"}), "mc4") << "the last word";
  const std::string resolved = emit_yaml(resolved_tree(scenario(kMinimal, {"hardware.harts=8"})));
  EXPECT_EQ(name({}, resolved), "mc2-modified");
}

TEST(ScenarioTest, AllErrorsAreSaidOnceAndModelsComeLast) {
  const std::string error = error_with({"kernel.hz=0", "hardware.harts=3", "tasks.hog.prog=1", "run.until_ms=x"});
  EXPECT_EQ(error,
            "--set kernel.hz=0: kernel.hz: expected an integer from 10 to 10000, got '0'\n"
            "--set tasks.hog.prog=1: tasks.hog.prog: unknown key; did you mean 'program'?\n"
            "--set run.until_ms=x: run.until_ms: expected an integer from 1 to 60000, got 'x'");
  std::string text = kMinimal.substr(0, kMinimal.find("tasks:")) + "tasks:\n";
  for (int i = 0; i < 25; ++i) text += "  - { name: t" + std::to_string(i) + ", program: [ { run_us: 0 } ] }\n";
  text += kMinimal.substr(kMinimal.find("run:"));
  const std::string many = error_with({}, text);
  EXPECT_EQ(std::count(many.begin(), many.end(), '\n'), 20);
  EXPECT_THAT(many, testing::EndsWith("\nand 5 more"));
}

TEST(ScenarioTest, NamesOfTasksAreThoseThatCanOccur) {
  const std::string text = kMinimal + "scheduler: { name: qmap }\nstimuli: [ { at: { us: 1 }, hart: 1, power: off } ]\n";
  const std::string tasks =
      "tasks=[{name: a, count: 3, program: [{run_us: 1}, {fork: child}]}, {name: child, template: true, "
      "program: [{exit: 0}]}]";
  const auto error = [&](const std::string& comm) {
    return error_with({tasks, "expect=[{never: sched_switch, where: {next_comm: " + comm + "}}]"}, text);
  };
  for (const char* comm : {"a0", "a2", "child", "scx_qmap", "swapper/0", "swapper/1", "init", "kthreadd", "migration/1",
                           "ksoftirqd/0", "rcu_sched", "cpuhp/1", "kworker/u4:0", "kworker/u4:31", "sched_ext_ops_h",
                           "scx_enable_help", "{contains: swapper}", "{contains: help}", "{not: a1}"})
    EXPECT_EQ(error(comm), "") << comm;
  for (const char* comm : {"a", "a3", "b", "scx_simple", "swapper/2", "kworker/u8:0", "kworker/u4", "sched_ext_ops_helper",
                           "{contains: swappers}", "{not: a3}", "{equal: kthread}"})
    EXPECT_THAT(error(comm), HasSubstr("no task is called '")) << comm;
}

TEST(ScenarioTest, WavesMayBeSeveralStretches) {
  const std::string text =
      kMinimal + "waves: [ { around: breakout, after_us: 5 }, { from: 10, to: 20 }, { around: { event: kick, hart: 1 } } ]\n";
  const Scenario s = scenario(text);
  ASSERT_EQ(s.waves.spans.size(), 3U);
  EXPECT_TRUE(s.waves.need_events());
  EXPECT_EQ(s.waves.spans[0].before_us, WaveSpan{}.before_us);
  EXPECT_EQ(s.waves.spans[1].to, 20U);
  const std::string first = emit_yaml(resolved_tree(s));
  EXPECT_EQ(first, emit_yaml(resolved_tree(scenario(first, {}, "base"))));
  EXPECT_FALSE(scenario(kMinimal, {"waves=[{from: 1, to: 2}]"}).waves.need_events());
}

TEST(ScenarioTest, ResolvedFileKeepsPeriodsConditionsBarriersAndRoundRobin) {
  const std::vector<std::string> sets{
      "tasks=[{name: a, class: rr, prio: 7, program: [{timer_us: [3, 9], mode: relative}, {timer_us: 5, mode: absolute}, {lock: "
      "m}, "
      "{cond_wait: c, mutex: m}, {unlock: m}, {cond_signal: c}, {cond_broadcast: c}, {class: rr, prio: [1, 9]}]}, "
      "{name: b, count: 2, program: [{barrier: x}, {barrier: y, waiters: 5}]}]",
      "kernel.sched_rr_timeslice_ms=20"};
  const std::string first = emit_yaml(resolved_tree(scenario(kMinimal, sets)));
  EXPECT_EQ(first, emit_yaml(resolved_tree(scenario(first, {}, "base"))));
  for (const char* part :
       {"class: rr, prio: 7", "timer_us: [3, 9], mode: relative", "{ timer_us: 5 }", "cond_wait: c, mutex: m", "cond_signal: c",
        "cond_broadcast: c", "class: rr, prio: [1, 9]", "{ barrier: x }", "barrier: y, waiters: 5", "sched_rr_timeslice_ms: 20"})
    EXPECT_THAT(first, HasSubstr(part));
}

TEST(ScenarioTest, ResolvedFileKeepsWaitsLocksLoopsSignalsAndRanges) {
  const std::string text = kMinimal +
                           "stimuli: [ { at: { us: [5, 9] }, signal: stop, task: b }, "
                           "{ at: { event: breakout, after_us: [1, 2] }, press: sysrq-d, for_us: [3, 4] } ]\n";
  const std::vector<std::string> sets{
      "tasks=[{name: a, start: {event: breakout, after_us: [0, 7]}, program: [{wait: true}, {lock: m}, {run_us: 1}, "
      "{unlock: m}, {loop: {times: [1, 3], program: [{loop: {times: 2, program: [{wake: b}]}}, {sleep_us: 4}]}}, "
      "{nice: [-3, 3]}, {class: fifo, prio: [4, 6]}, {exit: [0, 9]}]}, {name: b, count: 2, program: [{run_us: 1}]}]"};
  const std::string first = emit_yaml(resolved_tree(scenario(text, sets)));
  EXPECT_EQ(first, emit_yaml(resolved_tree(scenario(first, {}, "base"))));
  for (const char* part :
       {"wait: true", "lock: m", "unlock: m", "times: [1, 3]", "times: 2", "wake: b", "nice: [-3, 3]", "prio: [4, 6]",
        "exit: [0, 9]", "us: [5, 9]", "signal: stop", "task: b", "for_us: [3, 4]", "after_us: [0, 7]"})
    EXPECT_THAT(first, HasSubstr(part));
}

TEST(ScenarioTest, AnIncludeStandsForItsSetOfExpectations) {
  const std::string text = kMinimal + "scheduler: { name: qmap }\n";
  const Scenario s = scenario(text, {"expect=[{exit: null}, {include: ejection}, {never: kick}]"});
  ASSERT_EQ(s.expect.size(), 14U) << "two, and ten of the set, of which one stands for three";
  EXPECT_EQ(s.expect[1].text, "{ ending: ejected }");
  EXPECT_EQ(s.expect[8].text, "{ metric: dispatches_in_bypass, equal: 0 }") << "the set's own include";
  EXPECT_EQ(s.expect.back().text, "{ never: kick }");
  EXPECT_THAT(emit_yaml(resolved_tree(s)), Not(HasSubstr("include")));
  EXPECT_THAT(error_with({"expect=[{include: ejectoin}]"}),
              HasSubstr("no set of expectations is called 'ejectoin'; did you mean 'ejection'?"));
  EXPECT_THAT(error_with({"expect=[{include: ../hardware/mc1}]"}), HasSubstr("expected a name of 1 to 48 letters"));
  EXPECT_THAT(error_with({"expect=[{include: ejection, hart: 1}]"}), HasSubstr("expect.hart: unknown key"));
}

// Beside the scenario, before the shipped ones.
TEST(ScenarioTest, IncludesFormNoCircleAndNestOnlySoDeep) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "expect");
  std::filesystem::create_directories(dir / "scenarios");
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(dir / name) << text;
    return (dir / name).string();
  };
  write("expect/a.yaml", "- { include: b }\n");
  write("expect/b.yaml", "- { include: a }\n");
  for (int i = 0; i < 6; ++i) write("expect/n" + std::to_string(i) + ".yaml", "- { include: n" + std::to_string(i + 1) + " }\n");
  write("expect/map.yaml", "never: kick\n");
  write("expect/wrong.yaml", "- { never: kick }\n- { nevr: kick }\n");
  write("expect/ejection.yaml", "- { never: tick }\n");
  const auto read = [&](const std::string& expect) {
    std::string text = kMinimal.substr(0, kMinimal.find("expect:")) + "expect: " + expect + "\n";
    return read_scenario_file(write("scenarios/s.yaml", text), test::library());
  };
  const auto error = [&](const std::string& expect) { return config_error([&] { static_cast<void>(read(expect)); }); };
  EXPECT_THAT(error("[ { include: a } ]"), HasSubstr("expect/b.yaml:1:14: expect.include: 'a' includes itself: a, b, a"));
  EXPECT_THAT(error("[ { include: n0 } ]"), HasSubstr("n3.yaml:1:14: expect.include: includes nested deeper than 4"));
  EXPECT_THAT(error("[ { include: map } ]"), HasSubstr("map.yaml:1:1: expected a list of expectations, got a map"));
  EXPECT_THAT(error("[ { include: wrong } ]"),
              HasSubstr("wrong.yaml:2:3: expect.1: no expectation begins with 'nevr'; did you mean 'never'?"));
  EXPECT_EQ(error("[ { include: ejection } ]"), "");
  EXPECT_EQ(resolve(read("[ { include: ejection } ]"), "base", {}, test::library()).expect[0].text, "{ never: tick }");
}

TEST(ScenarioTest, PolicyOptionsFollowThePolicysTable) {
  const std::string text = kMinimal + "scheduler: { name: qmap }\n";
  EXPECT_EQ(scenario(text).schedulers.at(0).options, (std::vector<std::int64_t>{20'000, 0, 1, 0, 5'000}))
      << "the table's defaults";
  EXPECT_EQ(scenario(text, {"scheduler.options.direct_dispatch=off"}).schedulers.at(0).options[2], 0);
  EXPECT_EQ(scenario(text, {"scheduler.options.direct_dispatch=true"}).schedulers.at(0).options[2], 1);
  EXPECT_EQ(scenario(text, {"scheduler.options.enqueue=v6.12"}).schedulers.at(0).options[3], 1);
  EXPECT_THAT(error_with({"scheduler.options.slice_us=0"}, text), HasSubstr("expected an integer from 1 to 1000000"));
  EXPECT_THAT(error_with({"scheduler.options.slice=5"}, text), HasSubstr("did you mean 'slice_us'?"));
  EXPECT_THAT(error_with({"scheduler.options.enqueue=v6.13"}, text), HasSubstr("did you mean 'v6.12'?"));
  EXPECT_THAT(error_with({"scheduler.name=qmapp"}, text), HasSubstr("no policy is called 'qmapp'; did you mean 'qmap'?"));
}

TEST(ScenarioTest, PoliciesComeOneAfterTheOtherEachWithItsLoader) {
  const std::string text = kMinimal +
                           "scheduler: [ { name: qmap, options: { slice_us: 5 }, stats_ms: 2, times: 3 }, "
                           "{ name: simple, unload_after_us: 70 } ]\n";
  const Scenario s = scenario(text, {"scheduler.simple.stats_us=9", "scheduler.0.stats_us=11"});
  ASSERT_EQ(s.schedulers.size(), 2U);
  EXPECT_EQ(s.schedulers[0].stats_us, 11U) << "stats_us replaces stats_ms";
  const LoweredScenario lowered(s);
  const kernel::KernelConfig& kernel = lowered.kernel();
  ASSERT_EQ(kernel.user.nr_schedulers, 2U);
  EXPECT_STREQ(kernel.user.schedulers[0].name, "qmap");
  EXPECT_EQ(kernel.user.schedulers[0].option_values[0], 5);
  EXPECT_EQ(kernel.user.schedulers[0].stats_period_ns, 11'000U);
  EXPECT_EQ(kernel.user.schedulers[0].unload_after_ns, 0U) << "never";
  EXPECT_EQ(kernel.user.schedulers[0].times, 3U);
  EXPECT_STREQ(kernel.user.schedulers[1].name, "simple");
  EXPECT_EQ(kernel.user.schedulers[1].stats_period_ns, 9'000U);
  EXPECT_EQ(kernel.user.schedulers[1].unload_after_ns, 70'000U);
  EXPECT_EQ(kernel.user.schedulers[1].times, 1U);
  EXPECT_EQ(LoweredScenario(scenario(kMinimal)).kernel().user.nr_schedulers, 0U);
}

TEST(ScenarioTest, KernelKnobsReachTheKernel) {
  const Scenario s = scenario(kMinimal, {"kernel={nohz: idle, irq_cpu: 1, watchdog_timeout_ms: 50, slice_dfl_us: 200, "
                                         "defects: [no_qseq_branding]}"});
  const LoweredScenario lowered(s);
  EXPECT_EQ(lowered.kernel().nohz, kernel::Nohz::kIdle);
  EXPECT_EQ(lowered.kernel().irq_cpu, 1U);
  EXPECT_EQ(lowered.kernel().scx_timeout_ms, 50U);
  EXPECT_EQ(lowered.kernel().scx_slice_dfl_ns, 200'000U);
  EXPECT_EQ(lowered.kernel().defects, static_cast<std::uint32_t>(kernel::kNoQseqBranding));
  const LoweredScenario plain(scenario(kMinimal));
  EXPECT_EQ(plain.kernel().nohz, kernel::Nohz::kOff);
  EXPECT_EQ(plain.kernel().scx_timeout_ms, 0U) << "as the policy says";
  EXPECT_EQ(plain.kernel().scx_slice_dfl_ns, 20'000'000U);
  EXPECT_EQ(plain.kernel().defects, 0U);
}

}  // namespace
}  // namespace tb::config
