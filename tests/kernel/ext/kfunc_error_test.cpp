// SPDX-License-Identifier: Apache-2.0
// Every error a policy can make through a kfunc or a callback's result: the documented message, the protective action, and
// after it all tasks under fair.
#include <gtest/gtest.h>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr uint64_t kFifo = 7;
constexpr uint64_t kVtime = 8;
constexpr uint64_t kUnknown = 0x1234;
constexpr int64_t kNoAnswer = -1'000'000;

int64_t answer;  // what the misused kfunc returned
bool done;       // the misuse has happened

bool first_time(const Task* p) {
  if (done || bpf_task_comm(p)[0] != 'w') return false;
  done = true;
  return true;
}
bool once() { return !done && (done = true); }

void plain_enqueue(void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, kFifo, 1'000'000, flags); }

// One FIFO queue for all.
void well_behaved() {
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    const int error = scx_bpf_create_dsq(kFifo);
    return error != 0 ? error : scx_bpf_create_dsq(kVtime);
  };
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
  test_ops.enqueue = plain_enqueue;
  test_ops.dispatch = [](void*, int32_t, Task*) { scx_bpf_consume(kFifo) || scx_bpf_consume(kVtime); };
}

// The misuse in ops.enqueue of a worker, before what the policy does anyhow.
template <class Misuse>
void in_enqueue(Misuse) {
  test_ops.enqueue = [](void* state, Task* p, uint64_t flags) {
    if (first_time(p)) Misuse{}(p, flags);
    plain_enqueue(state, p, flags);
  };
}

// The misuse in place of it.
template <class Misuse>
void as_enqueue(Misuse) {
  test_ops.enqueue = [](void* state, Task* p, uint64_t flags) {
    if (first_time(p)) {
      Misuse{}(p, flags);
    } else {
      plain_enqueue(state, p, flags);
    }
  };
}

template <class Misuse>
void in_dispatch(Misuse) {
  test_ops.dispatch = [](void*, int32_t, Task*) {
    if (once()) Misuse{}();
    scx_bpf_consume(kFifo) || scx_bpf_consume(kVtime);
  };
}

struct Row {
  const char* name;
  void (*set_up)();
  const char* message;  // `worker` stands for its name and PID
  int64_t answer = kNoAnswer;
};

const Row kRows[] = {
    {"OutsideItsSet", [] { in_enqueue([](Task*, uint64_t) { answer = scx_bpf_consume(kFifo); }); },
     "kfunc with mask 0x2 called from an operation only allowing 0x4", 0},
    {"ReenqueueOutsideCpuRelease",
     [] {
       test_ops.tick = [](void*, Task*) {
         if (once()) answer = scx_bpf_reenqueue_local();
       };
     },
     "kfunc with mask 0x1 called from an operation only allowing 0x10", 0},
    {"SelectOutsideSelectCpu",
     [] {
       in_enqueue([](Task* p, uint64_t) {
         bool idle = true;
         answer = scx_bpf_select_cpu_dfl(p, 1, 0, &idle) + (idle ? 100 : 0);
       });
     },
     "kfunc with mask 0x8 called from an operation only allowing 0x4", 1},
    {"DispatchNested",
     [] {
       // No callback of the present core runs inside ops.dispatch; as if one did.
       in_dispatch([] {
         current()->scx.kf_mask |= SCX_KF_REST;
         answer = scx_bpf_dispatch_nr_slots();
         current()->scx.kf_mask &= ~SCX_KF_REST;
       });
     },
     "dispatch kfunc called from a nested operation", 0},
    {"NotTheSubject",
     [] {
       in_enqueue([](Task* p, uint64_t) {
         answer = static_cast<int64_t>(scx_bpf_task_cgroup(p) * 10 + scx_bpf_task_cgroup(bpf_task_from_pid(2)));
       });
     },
     "called on a task not being operated on", 10},
    {"SelectCpuReturnsNoCpu",
     [] { test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t) { return first_time(p) ? 99 : prev_cpu; }; },
     "invalid CPU 99 from ops.select_cpu()"},
    {"KickOfNoCpu", [] { in_enqueue([](Task*, uint64_t) { scx_bpf_kick_cpu(-1, 0); }); }, "invalid CPU -1"},
    {"VtimeToLocal",
     [] { as_enqueue([](Task* p, uint64_t flags) { scx_bpf_dispatch_vtime(p, SCX_DSQ_LOCAL, 1'000'000, 5, flags); }); },
     "cannot use vtime ordering for built-in DSQs"},
    {"VtimeToGlobal",
     [] { as_enqueue([](Task* p, uint64_t flags) { scx_bpf_dispatch_vtime(p, SCX_DSQ_GLOBAL, 1'000'000, 5, flags); }); },
     "cannot use vtime ordering for built-in DSQs"},
    {"UnknownDsq", [] { as_enqueue([](Task* p, uint64_t flags) { scx_bpf_dispatch(p, kUnknown, 1'000'000, flags); }); },
     "non-existent DSQ 0x1234 for worker"},
    {"TwoVerdicts", [] { in_enqueue([](Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 1'000'000, flags); }); },
     "worker already direct-dispatched"},
    {"VerdictOnAnother",
     [] { as_enqueue([](Task*, uint64_t flags) { scx_bpf_dispatch(bpf_task_from_pid(2), SCX_DSQ_LOCAL, 1'000'000, flags); }); },
     "scheduling for worker but trying to direct-dispatch kthreadd[2]"},
    {"IdleTrackingOff",
     [] {
       test_ops.update_idle = [](void*, int32_t, bool) {};
       in_enqueue([](Task*, uint64_t) {
         answer = scx_bpf_pick_idle_cpu(~0ull) * 1000 + static_cast<int64_t>(scx_bpf_get_idle_cpumask()) * 10 +
                  (scx_bpf_test_and_clear_cpu_idle(0) ? 1 : 0);
       });
     },
     "built-in idle tracking is disabled", -EBUSY * 1000},
    {"NoTask", [] { in_enqueue([](Task*, uint64_t flags) { scx_bpf_dispatch(nullptr, kFifo, 0, flags); }); },
     "called with NULL task"},
    {"InternalFlags", [] { as_enqueue([](Task* p, uint64_t) { scx_bpf_dispatch(p, kFifo, 0, SCX_ENQ_CLEAR_OPSS); }); },
     "invalid enq_flags 0x100000000000000"},
    {"InternalFlagsOfAMove",
     [] {
       in_dispatch([] {
         BpfDsqIter it(kFifo);
         answer = scx_bpf_dispatch_from_dsq(it, bpf_task_from_pid(2), kVtime, SCX_ENQ_DSQ_PRIQ) ? 1 : 0;
       });
     },
     "invalid enq_flags 0x200000000000000", 0},
    {"InternalFlagsOfAMoveByVtime",
     [] {
       in_dispatch([] {
         BpfDsqIter it(kFifo);
         answer = scx_bpf_dispatch_vtime_from_dsq(it, bpf_task_from_pid(2), kVtime, SCX_ENQ_CLEAR_OPSS) ? 1 : 0;
       });
     },
     "invalid enq_flags 0x100000000000000", 0},
    {"MoveOutsideDispatch",
     [] {
       in_enqueue([](Task* p, uint64_t) {
         BpfDsqIter it(kFifo);
         answer = scx_bpf_dispatch_from_dsq(it, p, kFifo, 0) ? 1 : 0;
       });
     },
     "kfunc with mask 0x2 called from an operation only allowing 0x4", 0},
    {"MoveByVtimeOutsideDispatch",
     [] {
       in_enqueue([](Task* p, uint64_t) {
         BpfDsqIter it(kFifo);
         answer = scx_bpf_dispatch_vtime_from_dsq(it, p, kVtime, 0) ? 1 : 0;
       });
     },
     "kfunc with mask 0x2 called from an operation only allowing 0x4", 0},
    {"BufferOverflow",
     [] {
       in_dispatch([] {
         for (int i = 0; i < 33; ++i) scx_bpf_dispatch(bpf_task_from_pid(2), SCX_DSQ_LOCAL, 0, 0);
         answer = scx_bpf_dispatch_nr_slots();
       });
     },
     "dispatch buffer overflow", 0},
    {"BufferUnderflow", [] { in_dispatch([] { scx_bpf_dispatch_cancel(); }); }, "dispatch buffer underflow"},
    {"ConsumeUnknown", [] { in_dispatch([] { answer = scx_bpf_consume(kUnknown); }); }, "invalid DSQ ID 0x0000000000001234", 0},
    {"ConsumeGlobal", [] { in_dispatch([] { answer = scx_bpf_consume(SCX_DSQ_GLOBAL); }); }, "invalid DSQ ID 0x8000000000000001",
     0},
    {"IdleKickWithPreempt", [] { in_enqueue([](Task*, uint64_t) { scx_bpf_kick_cpu(1, SCX_KICK_IDLE | SCX_KICK_PREEMPT); }); },
     "PREEMPT/WAIT cannot be used with SCX_KICK_IDLE"},
    {"CpuPerfTooHigh", [] { in_enqueue([](Task*, uint64_t) { scx_bpf_cpuperf_set(1, 1025); }); },
     "Invalid cpuperf target 1025 for CPU 1"},
    {"DumpOutsideDump", [] { in_enqueue([](Task*, uint64_t) { scx_bpf_dump("hello"); }); },
     "scx_bpf_dump() must only be called from ops.dump() and friends"},
    {"DestroyInUse",
     [] {
       test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
         // A second worker on the vtime queue, and its queue destroyed under it.
         if (bpf_task_comm(p)[0] == 'w' && scx_bpf_dsq_nr_queued(kVtime) > 0 && once()) scx_bpf_destroy_dsq(kVtime);
         scx_bpf_dispatch_vtime(p, kVtime, 1'000'000, 0, flags);
       };
     },
     "attempting to destroy in-use dsq 0x0000000000000008 (nr=1)"},
    {"PolicysOwnError", [] { in_enqueue([](Task*, uint64_t) { scx_bpf_error("%s %d", "nothing", 4); }); }, "nothing 4"},
};

std::string expected_message(const Row& row, const EventLog& log) {
  std::string message = row.message;
  const std::size_t at = message.find("worker");
  if (at == std::string::npos) return message;
  // Whichever of the workers it was.
  const std::string found = log.named("scx_error").at(0).text("msg");
  const std::size_t digits = found.find("worker[") + 7;
  return message.replace(at, 6, "worker[" + found.substr(digits, found.find(']', digits) - digits) + "]");
}

unsigned worker_runs_after(const EventLog& log, sim::Cycle since) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    count += event.cycle > since && event.text("next_comm") == "worker" ? 1 : 0;
  }
  return count;
}

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
std::string name_of(const testing::TestParamInfo<Row>& row) { return row.param.name; }

}  // namespace

class KfuncErrorTest : public testing::TestWithParam<Row> {};

TEST_P(KfuncErrorTest, IsReportedAndTheSystemGoesOn) {
  const Row& row = GetParam();
  answer = kNoAnswer;
  done = false;
  KernelRun run(2);
  well_behaved();
  row.set_up();
  run.policy("test").stats_period_ns = 5 * kMs;
  for (int i = 0; i < 4; ++i) run.task("worker", {run_for(50 * kUs), sleep_for(20 * kUs)});
  run.run_us(60'000);
  const Events errors = run.log.named("scx_error");
  ASSERT_EQ(errors.size(), 1u) << run.log.console();
  EXPECT_EQ(errors[0].text("msg"), expected_message(row, run.log));
  EXPECT_EQ(errors[0].number("kind"), std::string(row.name) == "PolicysOwnError" ? 1025u : 1024u);
  EXPECT_EQ(answer, row.answer);
  EXPECT_EQ(run.log.named("scx_disable").at(0).number("code"), 0u) << "codes are for other ends";
  ASSERT_EQ(run.log.named("task_audit").size(), 1u);
  EXPECT_EQ(run.log.named("task_audit")[0].number("lost"), 0u);
  EXPECT_GT(worker_runs_after(run.log, run.log.named("scx_disable").at(0).cycle), 50u);
}

INSTANTIATE_TEST_SUITE_P(Rows, KfuncErrorTest, testing::ValuesIn(kRows), name_of);

}  // namespace kernel
