// SPDX-License-Identifier: Apache-2.0
// The races between a dispatch, a move and a dequeue of one task. In each, CPU 0 dispatches a task that waits on CPU 1
// while a thread on CPU 2 changes its nice value, which takes it off its rq and puts it back. Both meet at a point of their
// paths, at every distance of a span that reaches from "far too early" to "far too late", so that each race is seen with
// each outcome. Whatever the outcome, the task runs on and is not lost.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr std::uint64_t kQueue = 7;
constexpr std::uint64_t kOnCpu1 = SCX_DSQ_LOCAL_ON | 1;

// Where CPU 0 meets the other: before or after its request, or before it consumes.
enum class Here { kBeforeRequest, kAfterRequest, kBeforeConsume };
// Where CPU 2 does.
enum class There { kBeforeChange, kInDequeue, kInEnqueue, kInEnqueueAfterRequest };

struct Race {
  const char* name;
  std::uint64_t dsq;  // what CPU 0 asks for
  Here here;
  There there;
  int from, to, step;  // cycles by which CPU 2 is later
  std::vector<Cover> outcomes;
};

void PrintTo(const Race& race, std::ostream* out) { *out << race.name; }

struct Lab {
  const Race* race = nullptr;
  Task* victim = nullptr;
  Meeting meeting;
  bool armed = false;      // the next ops.dispatch of CPU 0 is the one to race
  bool requested = false;  // it has made its request
  bool racing = false;     // CPU 2 is on its way
  unsigned met = 0;
  unsigned runs = 0;
  unsigned stuck = 0;
  bool over = false;
};

Lab lab;

std::uint32_t victim_state() { return lab.victim->scx.ops_state.shown() & SCX_OPSS_STATE_MASK; }

void meet_there(const Task* p, There there) {
  if (!lab.racing || p != lab.victim || lab.race->there != there || arch::smp_processor_id() != 2) return;
  lab.racing = false;
  if (lab.meeting.join(1)) ++lab.met;
}

void race_on_cpu_0() {
  lab.armed = false;
  if (lab.race->here == Here::kBeforeConsume) {
    lab.meeting.join(0);
    scx_bpf_consume(kQueue);
    return;
  }
  if (lab.race->here == Here::kBeforeRequest) lab.meeting.join(0);
  scx_bpf_dispatch(lab.victim, lab.race->dsq, SCX_SLICE_DFL, 0);
  lab.requested = true;
  if (lab.race->here == Here::kAfterRequest) lab.meeting.join(0);
}

void dispatch(void*, std::int32_t cpu, Task*) {
  if (cpu != 0 || lab.victim == nullptr) return;
  if (lab.armed) {
    race_on_cpu_0();
  } else if (lab.race->here == Here::kBeforeConsume) {
    scx_bpf_consume(kQueue);
  } else if (victim_state() == SCX_OPSS_QUEUED) {
    scx_bpf_dispatch(lab.victim, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  }
}

void enqueue(void*, Task* p, std::uint64_t) {
  meet_there(p, There::kInEnqueue);
  meet_there(p, There::kInEnqueueAfterRequest);
  if (lab.race->here == Here::kBeforeConsume) scx_bpf_dispatch(p, kQueue, SCX_SLICE_DFL, 0);
}

// Until the victim waits: with the policy, or on its queue.
bool victim_waits() {
  const bool on_queue = lab.victim->scx.dsq != nullptr && lab.victim->scx.dsq->id == kQueue;
  return lab.victim->cpu == 1 && (on_queue || victim_state() == SCX_OPSS_QUEUED);
}

template <class Condition>
bool wait_for(Condition condition) {
  for (unsigned turn = 0; turn < 100; ++turn) {
    if (condition()) return true;
    sys_nanosleep(20 * kUs);
  }
  return false;
}

void await_request() {
  for (unsigned turn = 0; turn < 3'000 && !lab.requested; ++turn) burn(10);
}

void race_once(int offset) {
  const unsigned runs = lab.runs;
  if (!wait_for(victim_waits)) {
    ++lab.stuck;
    return;
  }
  lab.meeting.open(offset);
  lab.requested = false;
  lab.armed = lab.racing = true;
  scx_bpf_kick_cpu(0, 0);
  burn(100);  // the kick's own interrupt is taken
  if (lab.race->there == There::kInEnqueueAfterRequest) await_request();
  if (lab.race->there == There::kBeforeChange) {
    const bool were_on = arch::local_irq_save();
    meet_there(lab.victim, There::kBeforeChange);
    arch::local_irq_restore(were_on);
  }
  set_user_nice(*lab.victim, lab.victim->nice == 0 ? 1 : 0);
  lab.armed = lab.racing = false;
  const bool ran = wait_for([&] {
    if (lab.runs != runs) return true;
    if (lab.victim->scx.dsq == nullptr || !lab.victim->scx.dsq->is_local()) scx_bpf_kick_cpu(0, 0);
    return false;
  });
  if (!ran) ++lab.stuck;
}

int (*start_script)(void*, const std::int64_t*) = nullptr;

int create_queue_and_start(void* state, const std::int64_t* options) {
  const int error = scx_bpf_create_dsq(kQueue);
  return error != 0 ? error : start_script(state, options);
}

void race_through(Task&) {
  wait_for_quiet_rcu();
  lab.victim = task_named("victim");
  for (int offset = lab.race->from; offset <= lab.race->to; offset += lab.race->step) race_once(offset);
  lab.over = true;
  scx_exit(SCX_EXIT_UNREG_BPF, 0, "raced");
}

const std::vector<Race>& races() {
  static const std::vector<Race> kRaces = {
      {"claim_or_dequeue",
       SCX_DSQ_GLOBAL,
       Here::kAfterRequest,
       There::kInDequeue,
       -80,
       80,
       1,
       {Cover::dispatch_claimed, Cover::dispatch_lost_claim, Cover::dequeue_of_queued, Cover::dequeue_lost_claim,
        Cover::dequeue_waited_dispatching, Cover::dispatch_saw_none}},
      {"claim_or_whole_change",
       SCX_DSQ_GLOBAL,
       Here::kAfterRequest,
       There::kBeforeChange,
       -800,
       200,
       10,
       {Cover::dispatch_claimed, Cover::dispatch_stale_brand}},
      {"request_before_the_enqueue",
       SCX_DSQ_GLOBAL,
       Here::kAfterRequest,
       There::kInEnqueueAfterRequest,
       -100,
       100,
       5,
       {Cover::dispatch_waited_queueing, Cover::dispatch_stale_brand}},
      {"request_during_the_enqueue",
       SCX_DSQ_GLOBAL,
       Here::kBeforeRequest,
       There::kInEnqueue,
       -100,
       100,
       5,
       {Cover::dispatch_waited_queueing, Cover::dispatch_claimed}},
      {"move_or_dequeue",
       SCX_DSQ_LOCAL,
       Here::kAfterRequest,
       There::kBeforeChange,
       -400,
       400,
       5,
       {Cover::local_move_moved, Cover::local_move_lost, Cover::dequeue_beat_mover, Cover::dequeue_lost_claim}},
      {"local_of_its_own_cpu",
       kOnCpu1,
       Here::kAfterRequest,
       There::kBeforeChange,
       -400,
       400,
       5,
       {Cover::local_move_same_rq, Cover::local_move_lost, Cover::dequeue_beat_mover}},
      {"consume_or_dequeue",
       kQueue,
       Here::kBeforeConsume,
       There::kBeforeChange,
       -400,
       400,
       5,
       {Cover::consume_moved, Cover::consume_lost, Cover::dequeue_beat_mover}},
  };
  return kRaces;
}

}  // namespace

class RaceTest : public testing::TestWithParam<Race> {};

TEST_P(RaceTest, EveryOutcome) {
  KernelRun run(3);
  lab = {};
  lab.race = &GetParam();
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task*, std::int32_t, std::uint64_t) { return std::int32_t{1}; };
  test_ops.enqueue = enqueue;
  test_ops.dequeue = [](void*, Task* p, std::uint64_t) { meet_there(p, There::kInDequeue); };
  test_ops.dispatch = dispatch;
  test_ops.running = [](void*, Task* p) { lab.runs += p == lab.victim ? 1 : 0; };
  TaskSpec& victim = run.task("victim", {run_for(5 * kUs), sleep_for(30 * kUs)});
  victim.sched_class = TaskClass::kExt;
  victim.cpus_allowed = 0b011;
  run_script(run, race_through, 0b100);
  start_script = test_ops.init;
  test_ops.init = create_queue_and_start;
  run.log.only = {"task_audit", "scx_error"};
  run.log.on_each = [&run](const LoggedEvent& event) {
    if (event.name == "task_audit") run.machine().stop();
  };
  run.run_us(500'000);
  ASSERT_TRUE(lab.over);
  const auto steps = static_cast<unsigned>((GetParam().to - GetParam().from) / GetParam().step + 1);
  EXPECT_EQ(lab.met, steps) << "the two did not meet each time";
  EXPECT_EQ(lab.stuck, 0u);
  for (const Cover outcome : GetParam().outcomes) {
    EXPECT_GT(kernel().coverage.of(outcome), 0u) << "coverage " << static_cast<unsigned>(outcome);
  }
  const Events audit = run.log.named("task_audit");
  ASSERT_EQ(audit.size(), 1u);
  EXPECT_EQ(audit[0].number("lost"), 0u);
  EXPECT_TRUE(run.log.named("scx_error").empty());
}

INSTANTIATE_TEST_SUITE_P(Pairs, RaceTest, testing::ValuesIn(races()),
                         [](const testing::TestParamInfo<Race>& race) { return race.param.name; });

}  // namespace kernel
