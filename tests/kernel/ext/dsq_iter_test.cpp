// SPDX-License-Identifier: Apache-2.0
// Walks over user queues: what they show while the queue changes under them, and moves out of them.
#include <gtest/gtest.h>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/dsq_iter.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/maps.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/ext/pile.h"
#include "tests/kernel/in_kernel.h"

namespace kernel {

using namespace test;

namespace {

std::string walked;

// From the dispatch that finds all four on the queue, once.
template <class Walk>
void walk_when_full(Walk) {
  walked.clear();
  test_ops.dispatch = [](void*, int32_t, Task*) {
    if (walked.empty() && scx_bpf_dsq_nr_queued(kQueue) == 4) Walk{}();
    scx_bpf_consume(kQueue) || scx_bpf_consume(kOther);
  };
}

void note(const Task* p) { walked += bpf_task_comm(p)[1]; }

}  // namespace

TEST(DsqIterTest, ForwardAndInReverse) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return uint64_t{n}; });
  walk_when_full([] {
    BpfDsqIter forward(kQueue);
    while (const Task* const p = forward.next()) note(p);
    BpfDsqIter reverse(kQueue, SCX_DSQ_ITER_REV);
    while (const Task* const p = reverse.next()) note(p);
    BpfDsqIter nothing(kQueue + 100);
    if (nothing.next() != nullptr) walked += '?';
  });
  run.run_us(6'000);
  EXPECT_EQ(walked, "12344321");
}

// What is moved on goes where it was sent, with the slice and the vtime given.
TEST(DsqIterTest, MovesTasksToAnotherQueue) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return uint64_t{n}; });
  walk_when_full([] {
    BpfDsqIter it(kQueue);
    uint64_t vtime = 100;
    while (Task* const p = it.next()) {
      if (number_of(p) % 2 != 0) continue;
      it.set_vtime(--vtime);
      it.set_slice(12'345);
      if (scx_bpf_dispatch_vtime_from_dsq(it, p, kOther, 0)) note(p);
      if (bpf_task_slice(p) != 12'345 || bpf_task_dsq_vtime(p) != vtime) walked += '?';
      if (scx_bpf_dispatch_from_dsq(it, p, kOther, 0)) walked += '?';  // it is not there any more
    }
  });
  run.run_us(8'000);
  EXPECT_EQ(walked, "24");
  EXPECT_EQ(order_of(run.log), "1342") << "the later one first on the other queue";
  EXPECT_EQ(error_of(run), "");
}

// Straight to another CPU's LOCAL.
TEST(DsqIterTest, MovesTasksToAnotherCpu) {
  KernelRun run(2);
  pile_up(run);
  for (const char* comm : {"a1", "a2", "a3", "a4"}) run.spec(comm).cpus_allowed = 3;
  run.spec("hog").cpus_allowed = 1;
  run.task("busy", {run_for(2 * kMs)}).cpus_allowed = 2;
  run.spec("busy").once = true;
  test_ops.select_cpu = [](void*, Task*, int32_t, uint64_t) { return int32_t{0}; };
  enqueue_by([](unsigned n) { return uint64_t{n}; });
  walk_when_full([] {
    BpfDsqIter it(kQueue);
    while (Task* const p = it.next()) {
      if (scx_bpf_dispatch_from_dsq(it, p, SCX_DSQ_LOCAL_ON | 1, 0)) note(p);
    }
  });
  run.run_us(10'000);
  EXPECT_EQ(walked, "1234");
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm")[0] != 'a') continue;
    EXPECT_EQ(event.hart, 1u) << event.describe();
  }
  EXPECT_EQ(order_of(run.log), "1234");
  EXPECT_EQ(error_of(run), "");
}

namespace {

// All four on kQueue in FIFO order.
void enqueue_fifo() {
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    scx_bpf_dispatch(p, is_counted(p) ? kQueue : SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
  };
}

// The task of that number, wherever it is on kQueue.
Task* on_queue(unsigned number) {
  BpfDsqIter it(kQueue);
  while (Task* const p = it.next()) {
    if (number_of(p) == number) return p;
  }
  return nullptr;
}

void move(unsigned number, uint64_t from, uint64_t to) {
  BpfDsqIter it(from);
  while (Task* const p = it.next()) {
    if (number_of(p) != number) continue;
    if (!scx_bpf_dispatch_from_dsq(it, p, to, 0)) walked += '?';
    return;
  }
  walked += '!';
}

void note_rest(BpfDsqIter& it) {
  while (const Task* const p = it.next()) note(p);
}

template <class Walk>
void expect_walk(Walk walk, const char* expected) {
  KernelRun run(1);
  pile_up(run);
  enqueue_fifo();
  walk_when_full(walk);
  run.run_us(8'000);
  EXPECT_EQ(walked, expected);
  EXPECT_EQ(error_of(run), "");
  EXPECT_EQ(order_of(run.log).size(), 4u) << "nobody is lost";
}

}  // namespace

// The task it would have shown next has left: the one queued after that takes its place.
TEST(DsqIterTest, GoesOnBehindATaskThatHasLeft) {
  expect_walk(
      [] {
        BpfDsqIter it(kQueue);
        note(it.next());
        move(2, kQueue, kOther);
        note_rest(it);
        if (it.next() != nullptr) walked += '?';
      },
      "134");
}

TEST(DsqIterTest, GoesOnBehindTwoThatHaveLeft) {
  expect_walk(
      [] {
        BpfDsqIter it(kQueue);
        note(it.next());
        move(2, kQueue, kOther);
        move(3, kQueue, kOther);
        note_rest(it);
      },
      "14");
}

TEST(DsqIterTest, GoesOnInReverse) {
  expect_walk(
      [] {
        BpfDsqIter it(kQueue, SCX_DSQ_ITER_REV);
        note(it.next());
        move(3, kQueue, kOther);
        note_rest(it);
      },
      "421");
}

// Gone and back: as queued later, it is not part of this walk, but of the next.
TEST(DsqIterTest, LeavesOutWhatIsQueuedAfterItsBegin) {
  expect_walk(
      [] {
        BpfDsqIter it(kQueue);
        note(it.next());
        move(2, kQueue, kOther);
        move(2, kOther, kQueue);
        note_rest(it);
        walked += '/';
        BpfDsqIter next(kQueue);
        note_rest(next);
      },
      "134/1342");
}

TEST(DsqIterTest, LeavesOutWhatIsQueuedBeforeItsFirstStep) {
  expect_walk(
      [] {
        BpfDsqIter it(kQueue);
        BpfDsqIter reverse(kQueue, SCX_DSQ_ITER_REV);
        move(1, kQueue, kOther);
        move(1, kOther, kQueue);
        note_rest(it);
        walked += '/';
        note_rest(reverse);
      },
      "234/432");
}

// Another CPU has taken it off, but not told yet where it goes: not shown, and what comes behind it is.
TEST(DsqIterTest, PassesATaskThatIsBeingMoved) {
  expect_walk(
      [] {
        Dsq& dsq = *find_dsq(kQueue);
        BpfDsqIter it(kQueue);
        note(it.next());
        Task& two = *on_queue(2);
        dsq.lock.lock();
        unlink_for_move(dsq, two);
        dsq_unlock(dsq);
        note_rest(it);
        if (scx_bpf_dispatch_from_dsq(it, &two, kOther, 0)) walked += '?';
        two.scx.holding_cpu = -1;
        two.scx.dsq = nullptr;
        dispatch_enqueue(dsq, two, 0);
      },
      "134");
}

// By vtime, where nothing tells what would have come next.
TEST(DsqIterTest, EndsByVtimeIfTheNextHasLeft) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return uint64_t{n}; });
  walk_when_full([] {
    BpfDsqIter it(kQueue);
    note(it.next());
    BpfDsqIter other(kQueue);
    while (Task* const p = other.next()) {
      if (number_of(p) == 2 && !scx_bpf_dispatch_vtime_from_dsq(other, p, kOther, 0)) walked += '?';
    }
    note_rest(it);
  });
  run.run_us(8'000);
  EXPECT_EQ(walked, "1");
  EXPECT_EQ(error_of(run), "");
}

// What was set holds for one move.
TEST(DsqIterTest, SliceAndVtimeHoldForOneMove) {
  expect_walk(
      [] {
        Task* const one = on_queue(1);
        Task* const two = on_queue(2);
        const uint64_t slice = bpf_task_slice(two);
        bpf_task_set_dsq_vtime(two, 77);
        BpfDsqIter it(kQueue);
        it.next();
        it.set_slice(4'321);
        it.set_vtime(55);
        if (!scx_bpf_dispatch_from_dsq(it, one, kOther, 0)) walked += '?';
        if (bpf_task_slice(one) != 4'321 || bpf_task_dsq_vtime(one) != 55) walked += '!';
        if (!scx_bpf_dispatch_from_dsq(it, two, kOther, 0)) walked += '?';
        if (bpf_task_slice(two) != slice || bpf_task_dsq_vtime(two) != 77) walked += '!';
        walked += 'x';
      },
      "x");
}

// A move that fails has used them up, and left the task as it is.
TEST(DsqIterTest, AFailedMoveChangesNothing) {
  expect_walk(
      [] {
        Task* const one = on_queue(1);
        Task* const two = on_queue(2);
        move(1, kQueue, kOther);
        const uint64_t slice = bpf_task_slice(one);
        BpfDsqIter it(kQueue);
        it.next();
        it.set_slice(4'321);
        if (scx_bpf_dispatch_from_dsq(it, one, kQueue, 0)) walked += '?';
        if (bpf_task_slice(one) != slice) walked += '!';
        if (!scx_bpf_dispatch_from_dsq(it, two, kOther, 0)) walked += '?';
        if (bpf_task_slice(two) == 4'321) walked += '!';
        walked += 'x';
      },
      "x");
}

// The built-in queues cannot be walked.
TEST(DsqIterTest, OfABuiltInQueueThereIsNoWalk) {
  expect_walk(
      [] {
        BpfDsqIter global(SCX_DSQ_GLOBAL);
        BpfDsqIter local(SCX_DSQ_LOCAL);
        if (global.next() != nullptr || local.next() != nullptr) walked += '?';
        if (scx_bpf_dispatch_from_dsq(global, on_queue(1), kOther, 0)) walked += '!';
        walked += 'x';
      },
      "x");
}

// To the own LOCAL, by its short name: that CPU has it at once, ahead of what it would have consumed.
TEST(DsqIterTest, MovesToTheOwnLocal) {
  KernelRun run(1);
  pile_up(run);
  enqueue_fifo();
  walk_when_full([] {
    move(3, kQueue, SCX_DSQ_LOCAL);
    walked += 'x';
  });
  run.run_us(8'000);
  EXPECT_EQ(walked, "x");
  EXPECT_EQ(order_of(run.log), "3124");
  EXPECT_EQ(error_of(run), "");
}

TEST(DsqIterTest, HeadGoesToTheFront) {
  KernelRun run(1);
  pile_up(run);
  enqueue_fifo();
  walk_when_full([] {
    move(2, kQueue, kOther);
    BpfDsqIter it(kQueue);
    while (Task* const p = it.next()) {
      if (number_of(p) == 4 && !scx_bpf_dispatch_from_dsq(it, p, kOther, SCX_ENQ_HEAD)) walked += '?';
    }
    walked += 'x';
  });
  run.run_us(8'000);
  EXPECT_EQ(walked, "x");
  EXPECT_EQ(order_of(run.log), "1342");
}

namespace {

void expect_bad_move(uint64_t to, const std::string& message, unsigned nr_cpus, bool named) {
  KernelRun run(nr_cpus);
  pile_up(run);
  enqueue_fifo();
  for (const char* comm : {"hog", "a1", "a2", "a3", "a4"}) run.spec(comm).cpus_allowed = 1;
  static uint64_t destination;
  destination = to;
  walk_when_full([] {
    BpfDsqIter it(kQueue);
    Task* const p = it.next();
    if (!scx_bpf_dispatch_from_dsq(it, p, destination, 0)) walked += '?';
    if (p->scx.dsq != &kernel().scx.global_dsq) walked += '!';
    walked += 'x';
  });
  run.run_us(8'000);
  EXPECT_EQ(walked, "x") << "it goes to GLOBAL";
  EXPECT_EQ(error_of(run), message + (named ? " for " + task_name(run.log, "a1") : ""));
  EXPECT_EQ(order_of(run.log).size(), 4u);
}

}  // namespace

TEST(DsqIterTest, MovesToNowhereAreErrors) {
  expect_bad_move(0x4321, "non-existent DSQ 0x4321", 1, true);
  expect_bad_move(SCX_DSQ_LOCAL_ON | 5, "invalid CPU 5 in SCX_DSQ_LOCAL_ON dispatch verdict", 2, false);
  expect_bad_move(SCX_DSQ_LOCAL_ON | 1, "SCX_DSQ_LOCAL[_ON] target CPU 1 not allowed", 2, true);
}

// An idle CPU that gets a task this way is told.
TEST(DsqIterTest, AnIdleCpuRunsWhatIsMovedToIt) {
  KernelRun run(2);
  pile_up(run);
  enqueue_fifo();
  for (const char* comm : {"hog", "a1", "a2", "a3"}) run.spec(comm).cpus_allowed = 1;
  run.spec("a4").cpus_allowed = 3;
  test_ops.select_cpu = [](void*, Task*, int32_t, uint64_t) { return int32_t{0}; };
  static uint64_t moved_at;
  walk_when_full([] {
    move(4, kQueue, SCX_DSQ_LOCAL_ON | 1);
    moved_at = arch::cycles();
    walked += 'x';
  });
  run.run_us(8'000);
  EXPECT_EQ(walked, "x");
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") != "a4") continue;
    EXPECT_EQ(event.hart, 1u);
    EXPECT_LT(event.cycle - moved_at, 3'000u) << "not at its next tick";
    return;
  }
  ADD_FAILURE() << "it never ran";
}

namespace {

Task* shown;
std::string after_the_end;

// The walk's queue is destroyed, and another made under its id, while the walk is between two steps.
void replace_the_queue(Task&) {
  const bool irqs = arch::local_irq_save();  // a reader: no grace period ends meanwhile
  BpfDsqIter old(kQueue);
  shown = old.next();
  if (shown == nullptr) after_the_end += "nothing to walk ";
  for (unsigned number = 1; number <= 4; ++number) move(number, kQueue, kOther);
  Dsq* const before = find_dsq(kQueue);
  scx_bpf_destroy_dsq(kQueue);
  if (find_dsq(kQueue) != nullptr) after_the_end += "still there ";
  if (old.next() != nullptr) after_the_end += "walks on ";
  if (scx_bpf_create_dsq(kQueue) != 0) after_the_end += "not made again ";
  if (find_dsq(kQueue) == before) after_the_end += "the same memory ";
  for (unsigned number = 1; number <= 4; ++number) move(number, kOther, kQueue);
  if (old.next() != nullptr) after_the_end += "walks the new one ";
  if (scx_bpf_dispatch_from_dsq(old, shown, kOther, 0)) after_the_end += "moves out of the new one ";
  BpfDsqIter it(kQueue);
  note_rest(it);
  scx_bpf_kick_cpu(0, 0);
  arch::local_irq_restore(irqs);
}

}  // namespace

TEST(DsqIterTest, AQueueMadeAgainUnderItsIdIsAnother) {
  walked.clear();
  after_the_end.clear();
  KernelRun run(2);
  pile_up(run);
  enqueue_fifo();
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.dispatch = [](void*, int32_t, Task*) {
    if (!walked.empty()) scx_bpf_consume(kQueue);
  };
  static const auto make_queues = test_ops.init;
  for (const char* comm : {"a1", "a2", "a3", "a4"}) {
    run.spec(comm).sched_class = TaskClass::kExt;
    run.spec(comm).cpus_allowed = 1;
  }
  run_script(run, replace_the_queue, 2);
  static const auto start_script = test_ops.init;
  test_ops.init = [](void* state, const int64_t* options) {
    const int error = make_queues(state, options);
    return error != 0 ? error : start_script(state, options);
  };
  run.run_us(20'000);
  EXPECT_EQ(after_the_end, "");
  EXPECT_EQ(walked, "1234") << run.log.console();
  EXPECT_EQ(error_of(run), "");
  EXPECT_EQ(order_of(run.log).size(), 4u);
}

}  // namespace kernel
