// SPDX-License-Identifier: Apache-2.0
// The events and fields that monitors know by name, looked up once in the generated schema.
#pragma once

#include <stdexcept>

#include "tb/log/decode.h"

namespace tb::monitor {

// Value of a named item of a schema enum, at compile time.
consteval std::uint64_t enum_value(const trace::schema::Enum& values, std::string_view name) {
  for (const auto& item : values.names)
    if (item.name == name) return item.value;
  throw std::logic_error("the enum has no such name");
}

consteval std::uint8_t id_of(std::string_view name) {
  for (std::size_t i = 0; i < trace::schema::kEvents.size(); ++i)
    if (trace::schema::kEvents[i].name == name) return static_cast<std::uint8_t>(i);
  throw std::logic_error("the event list has no such name");
}

consteval std::size_t field_of(std::uint8_t event, std::string_view name) {
  const auto fields = trace::schema::kEvents[event].fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return i;
  throw std::logic_error("the event has no such field");
}

inline constexpr std::uint64_t kCauseSoftware = enum_value(trace::schema::kCause, "software");
inline constexpr std::uint64_t kCauseNmi = enum_value(trace::schema::kCause, "nmi");
inline constexpr std::uint64_t kWorkKickCpus = enum_value(trace::schema::kIrqWork, "kick_cpus");
inline constexpr std::uint64_t kStateRunning = enum_value(trace::schema::kTaskState, "R");

inline constexpr std::uint8_t kBalanceEnter = id_of("balance_enter");
inline constexpr std::uint8_t kBalanceExit = id_of("balance_exit");
inline constexpr std::uint8_t kBypass = id_of("bypass");
inline constexpr std::uint8_t kBreakout = id_of("breakout");
inline constexpr std::uint8_t kDispatchCall = id_of("dispatch_call");
inline constexpr std::uint8_t kDispatchRefused = id_of("dispatch_refused");
inline constexpr std::uint8_t kIrqEntry = id_of("irq_entry");
inline constexpr std::uint8_t kIrqExit = id_of("irq_exit");
inline constexpr std::uint8_t kIrqWorkRun = id_of("irq_work_run");
inline constexpr std::uint8_t kCpuOffline = id_of("cpu_offline");
inline constexpr std::uint8_t kCpuOnline = id_of("cpu_online");
inline constexpr std::uint8_t kIrqOff = id_of("irq_off");
inline constexpr std::uint8_t kIrqOn = id_of("irq_on");
inline constexpr std::uint8_t kKick = id_of("kick");
inline constexpr std::uint8_t kPowerSwitch = id_of("power_switch");
inline constexpr std::uint8_t kReset = id_of("reset");
inline constexpr std::uint8_t kRqLockWait = id_of("rq_lock_wait");
inline constexpr std::uint8_t kSchedExtDump = id_of("sched_ext_dump");
inline constexpr std::uint8_t kSchedSwitch = id_of("sched_switch");
inline constexpr std::uint8_t kSchedWakeup = id_of("sched_wakeup");
inline constexpr std::uint8_t kScxDisable = id_of("scx_disable");
inline constexpr std::uint8_t kScxEnable = id_of("scx_enable");
inline constexpr std::uint8_t kScxError = id_of("scx_error");
inline constexpr std::uint8_t kScxSysfs = id_of("scx_sysfs");
inline constexpr std::uint8_t kSetCpusAllowed = id_of("set_cpus_allowed");
inline constexpr std::uint8_t kTaskAudit = id_of("task_audit");
inline constexpr std::uint8_t kTaskNew = id_of("task_new");
inline constexpr std::uint8_t kTick = id_of("tick");
inline constexpr std::uint8_t kWfiEnter = id_of("wfi_enter");
inline constexpr std::uint8_t kWfiExit = id_of("wfi_exit");

inline constexpr std::size_t kIrqEntryCause = field_of(kIrqEntry, "cause");
inline constexpr std::size_t kIrqExitCause = field_of(kIrqExit, "cause");
inline constexpr std::size_t kIrqWorkRunWork = field_of(kIrqWorkRun, "work");
inline constexpr std::size_t kBalanceExitCalls = field_of(kBalanceExit, "dispatch_calls");
inline constexpr std::size_t kBalanceExitTrapped = field_of(kBalanceExit, "trapped");
inline constexpr std::size_t kBalanceExitLockWait = field_of(kBalanceExit, "lock_wait");
inline constexpr std::size_t kBypassCpu = field_of(kBypass, "cpu");
inline constexpr std::size_t kBypassOn = field_of(kBypass, "on");
inline constexpr std::size_t kCpuOnlineCpu = field_of(kCpuOnline, "cpu");
inline constexpr std::size_t kDispatchCallIteration = field_of(kDispatchCall, "iteration");
inline constexpr std::size_t kDispatchRefusedReason = field_of(kDispatchRefused, "reason");
inline constexpr std::size_t kKickFlags = field_of(kKick, "flags");
inline constexpr std::size_t kKickSelf = field_of(kKick, "self");
inline constexpr std::size_t kPowerSwitchCpu = field_of(kPowerSwitch, "cpu");
inline constexpr std::size_t kPowerSwitchOn = field_of(kPowerSwitch, "on");
inline constexpr std::size_t kResetHwWatchdog = field_of(kReset, "hw_watchdog");
inline constexpr std::size_t kSchedExtDumpLine = field_of(kSchedExtDump, "line");
inline constexpr std::size_t kSchedSwitchNextPid = field_of(kSchedSwitch, "next_pid");
inline constexpr std::size_t kSchedSwitchPrevPid = field_of(kSchedSwitch, "prev_pid");
inline constexpr std::size_t kSchedSwitchPrevState = field_of(kSchedSwitch, "prev_state");
inline constexpr std::size_t kSchedWakeupPid = field_of(kSchedWakeup, "pid");
inline constexpr std::size_t kScxDisableCode = field_of(kScxDisable, "code");
inline constexpr std::size_t kScxDisableKind = field_of(kScxDisable, "kind");
inline constexpr std::size_t kScxDisableMsg = field_of(kScxDisable, "msg");
inline constexpr std::size_t kScxDisableReason = field_of(kScxDisable, "reason");
inline constexpr std::size_t kScxErrorKind = field_of(kScxError, "kind");
inline constexpr std::size_t kScxErrorMsg = field_of(kScxError, "msg");
inline constexpr std::size_t kScxErrorReason = field_of(kScxError, "reason");
inline constexpr std::size_t kScxSysfsState = field_of(kScxSysfs, "state");
inline constexpr std::size_t kScxSysfsSwitchAll = field_of(kScxSysfs, "switch_all");
inline constexpr std::size_t kScxSysfsNrRejected = field_of(kScxSysfs, "nr_rejected");
inline constexpr std::size_t kScxSysfsHotplugSeq = field_of(kScxSysfs, "hotplug_seq");
inline constexpr std::size_t kScxSysfsEnableSeq = field_of(kScxSysfs, "enable_seq");
inline constexpr std::size_t kScxSysfsOps = field_of(kScxSysfs, "ops");
inline constexpr std::size_t kSetCpusAllowedPid = field_of(kSetCpusAllowed, "pid");
inline constexpr std::size_t kSetCpusAllowedCpus = field_of(kSetCpusAllowed, "cpus");
inline constexpr std::size_t kTaskAuditLost = field_of(kTaskAudit, "lost");
inline constexpr std::size_t kTaskNewPid = field_of(kTaskNew, "pid");
inline constexpr std::size_t kTaskNewCpus = field_of(kTaskNew, "cpus");
inline constexpr std::size_t kWfiEnterHeld = field_of(kWfiEnter, "held");

}  // namespace tb::monitor
