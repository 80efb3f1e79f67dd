// SPDX-License-Identifier: Apache-2.0
// The numbers of the fields that Perfetto's published protos give to what is written here.
#pragma once

#include <cstdint>

namespace tb::exports::proto {

using Field = std::uint32_t;

namespace trace {
inline constexpr Field kPacket = 1;
}
namespace trace_packet {
inline constexpr Field kFtraceEvents = 1, kTimestamp = 8, kTrustedPacketSequenceId = 10, kTrackEvent = 11, kTrackDescriptor = 60;
}
namespace track_descriptor {
inline constexpr Field kUuid = 1, kName = 2, kParentUuid = 5, kChildOrdering = 11, kSiblingOrderRank = 12;
inline constexpr std::uint64_t kExplicit = 3;  // ChildTracksOrdering
}  // namespace track_descriptor
namespace track_event {
inline constexpr Field kDebugAnnotations = 4, kType = 9, kTrackUuid = 11, kName = 23, kFlowIds = 47, kTerminatingFlowIds = 48;
inline constexpr std::uint64_t kSliceBegin = 1, kSliceEnd = 2, kInstant = 3;  // Type
}  // namespace track_event
namespace debug_annotation {
inline constexpr Field kBoolValue = 2, kUintValue = 3, kIntValue = 4, kStringValue = 6, kName = 10;
}
namespace ftrace_event_bundle {
inline constexpr Field kCpu = 1, kEvent = 2;
}
namespace ftrace_event {
inline constexpr Field kTimestamp = 1, kPid = 2, kSchedSwitch = 4, kCommonFlags = 5, kCpuIdle = 13, kSchedWakeup = 17,
                       kSchedWaking = 20, kSoftirqEntry = 24, kSoftirqExit = 25, kIrqHandlerEntry = 36, kIrqHandlerExit = 37;
}
namespace sched_switch {
inline constexpr Field kPrevComm = 1, kPrevPid = 2, kPrevPrio = 3, kPrevState = 4, kNextComm = 5, kNextPid = 6, kNextPrio = 7;
}
namespace sched_wakeup {  // and sched_waking
inline constexpr Field kComm = 1, kPid = 2, kPrio = 3, kSuccess = 4, kTargetCpu = 5;
}
namespace irq_handler {  // entry and exit
inline constexpr Field kIrq = 1, kName = 2, kRet = 2;
}
namespace softirq {  // entry and exit
inline constexpr Field kVec = 1;
}
namespace cpu_idle {
inline constexpr Field kState = 1, kCpuId = 2;
inline constexpr std::uint64_t kAwake = 0xffffffff;  // state
}  // namespace cpu_idle

}  // namespace tb::exports::proto
