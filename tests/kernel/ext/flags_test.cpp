// SPDX-License-Identifier: Apache-2.0
// Numbers that policies, logs and tools of the field know: those of Linux 6.12.
#include "firmware/kernel/ext/flags.h"

#include <gtest/gtest.h>

#include "firmware/kernel/ext/entity.h"
#include "firmware/kernel/ext/exit_info.h"
#include "firmware/kernel/ext/hotplug.h"
#include "firmware/kernel/ext/kfuncs.h"

namespace kernel {

namespace {

constexpr uint64_t bit(unsigned number) { return uint64_t{1} << number; }

}  // namespace

TEST(FlagsTest, Queues) {
  EXPECT_EQ(SCX_DSQ_FLAG_BUILTIN, bit(63));
  EXPECT_EQ(SCX_DSQ_FLAG_LOCAL_ON, bit(62));
  EXPECT_EQ(SCX_DSQ_INVALID, 0x8000'0000'0000'0000u);
  EXPECT_EQ(SCX_DSQ_GLOBAL, 0x8000'0000'0000'0001u);
  EXPECT_EQ(SCX_DSQ_LOCAL, 0x8000'0000'0000'0002u);
  EXPECT_EQ(SCX_DSQ_LOCAL_ON, 0xc000'0000'0000'0000u);
  EXPECT_EQ(SCX_DSQ_LOCAL_CPU_MASK, 0xffff'ffffu);
}

TEST(FlagsTest, SlicesAndLimits) {
  EXPECT_EQ(SCX_SLICE_DFL, 20'000'000u);
  EXPECT_EQ(SCX_SLICE_INF, UINT64_MAX);
  EXPECT_EQ(SCX_DSP_DFL_MAX_BATCH, 32u);
  EXPECT_EQ(SCX_WATCHDOG_MAX_TIMEOUT_S, 30u);
  EXPECT_EQ(SCX_EXIT_BT_LEN, 64u);
  EXPECT_EQ(SCX_EXIT_MSG_LEN, 1024u);
  EXPECT_EQ(SCX_EXIT_DUMP_DFL_LEN, 32768u);
  EXPECT_EQ(SCX_CPUPERF_ONE, 1024u);
}

TEST(FlagsTest, OfAPolicy) {
  EXPECT_EQ(SCX_OPS_KEEP_BUILTIN_IDLE, bit(0));
  EXPECT_EQ(SCX_OPS_ENQ_LAST, bit(1));
  EXPECT_EQ(SCX_OPS_ENQ_EXITING, bit(2));
  EXPECT_EQ(SCX_OPS_SWITCH_PARTIAL, bit(3));
  EXPECT_EQ(SCX_OPS_ALL_FLAGS, 0xfu);
}

TEST(FlagsTest, OfEnqueuesAndDequeues) {
  EXPECT_EQ(ENQUEUE_WAKEUP, 0x1u);
  EXPECT_EQ(ENQUEUE_RESTORE, 0x2u);
  EXPECT_EQ(ENQUEUE_MOVE, 0x4u);
  EXPECT_EQ(DEQUEUE_SLEEP, 0x1u);
  EXPECT_EQ(DEQUEUE_SAVE, 0x2u);
  EXPECT_EQ(DEQUEUE_MOVE, 0x4u);
  EXPECT_EQ(SCX_ENQ_WAKEUP, 0x1u);
  EXPECT_EQ(SCX_ENQ_HEAD, 0x10u);
  EXPECT_EQ(SCX_ENQ_CPU_SELECTED, 0x400u);
  EXPECT_EQ(SCX_ENQ_PREEMPT, bit(32));
  EXPECT_EQ(SCX_ENQ_REENQ, bit(40));
  EXPECT_EQ(SCX_ENQ_LAST, bit(41));
  EXPECT_EQ(SCX_ENQ_INTERNAL_MASK, 0xff00'0000'0000'0000u);
  EXPECT_EQ(SCX_ENQ_CLEAR_OPSS, bit(56));
  EXPECT_EQ(SCX_ENQ_DSQ_PRIQ, bit(57));
  EXPECT_EQ(SCX_DEQ_SLEEP, 0x1u);
  EXPECT_EQ(SCX_DEQ_CORE_SCHED_EXEC, bit(32));
}

TEST(FlagsTest, OfWakeupsAndKicks) {
  EXPECT_EQ(SCX_WAKE_FORK, 0x4u);
  EXPECT_EQ(SCX_WAKE_TTWU, 0x8u);
  EXPECT_EQ(SCX_WAKE_SYNC, 0x10u);
  EXPECT_EQ(SCX_KICK_IDLE, bit(0));
  EXPECT_EQ(SCX_KICK_PREEMPT, bit(1));
  EXPECT_EQ(SCX_KICK_WAIT, bit(2));
}

// As the debug dump shows them.
TEST(FlagsTest, OfTasksAndRunQueues) {
  EXPECT_EQ(SCX_TASK_QUEUED, bit(0));
  EXPECT_EQ(SCX_TASK_RESET_RUNNABLE_AT, bit(2));
  EXPECT_EQ(SCX_TASK_DEQD_FOR_SLEEP, bit(3));
  EXPECT_EQ(SCX_TASK_STATE_SHIFT, 8u);
  EXPECT_EQ(SCX_TASK_DSQ_ON_PRIQ, bit(0));
  EXPECT_EQ(SCX_RQ_ONLINE, bit(0));
  EXPECT_EQ(SCX_RQ_CAN_STOP_TICK, bit(1));
  EXPECT_EQ(SCX_RQ_BAL_PENDING, bit(2));
  EXPECT_EQ(SCX_RQ_BAL_KEEP, bit(3));
  EXPECT_EQ(SCX_RQ_BYPASSING, bit(4));
  EXPECT_EQ(SCX_RQ_IN_WAKEUP, bit(16));
  EXPECT_EQ(SCX_RQ_IN_BALANCE, bit(17));
  EXPECT_EQ(SCX_OPSS_STATE_MASK, 3u);
  EXPECT_EQ(SCX_OPSS_QSEQ_SHIFT, 2u);
}

// As messages about a kfunc in the wrong place show them.
TEST(FlagsTest, SetsOfKfuncs) {
  EXPECT_EQ(SCX_KF_UNLOCKED, 0u);
  EXPECT_EQ(SCX_KF_CPU_RELEASE, bit(0));
  EXPECT_EQ(SCX_KF_DISPATCH, bit(1));
  EXPECT_EQ(SCX_KF_ENQUEUE, bit(2));
  EXPECT_EQ(SCX_KF_SELECT_CPU, bit(3));
  EXPECT_EQ(SCX_KF_REST, bit(4));
}

TEST(FlagsTest, ExitCodes) {
  EXPECT_EQ(static_cast<uint64_t>(SCX_ECODE_RSN_HOTPLUG), bit(32));
  EXPECT_EQ(static_cast<uint64_t>(SCX_ECODE_ACT_RESTART), bit(48));
}

}  // namespace kernel
