// SPDX-License-Identifier: Apache-2.0
#include "tb/export/perfetto_lanes.h"

#include <fmt/format.h>

#include <algorithm>

#include "event_names.h"  // generated
#include "tb/export/linux_names.h"
#include "tb/export/perfetto_protos.h"

namespace tb::exports {
namespace {

namespace schema = trace::schema;

constexpr std::uint64_t kSequence = 1;
constexpr std::uint64_t kRootTrack = 0x5c78;
constexpr std::array<std::string_view, 6> kLaneNames = {"task", "interrupts", "interrupts off", "balance", "WFI", "events"};
constexpr std::size_t kIpisMax = 64;  // on their way to one hart, that get a flow

// What slices of the lanes with more than one kind are of.
constexpr std::uint64_t kSoftirqSlice = 1000;  // and the softirq; below it causes of interrupts
constexpr std::uint64_t kBalanceSlice = 1, kLoopSlice = 2;

std::uint64_t hart_track(sim::HartId hart) { return (kRootTrack << 16) + 16 * hart; }
std::uint64_t lane_track(sim::HartId hart, unsigned lane) { return hart_track(hart) + 1 + lane; }

}  // namespace

PerfettoLanes::PerfettoLanes(OutputFile& file, const Machine& machine) : file_(file), harts_(machine.harts) {
  describe(kRootTrack, 0, "harts", 0);
  for (sim::HartId hart = 0; hart < machine.harts; ++hart) {
    describe(hart_track(hart), kRootTrack, fmt::format("hart {}", hart), hart);
    for (unsigned lane = 0; lane < kLanes; ++lane) describe(lane_track(hart, lane), hart_track(hart), kLaneNames[lane], lane);
  }
}

void PerfettoLanes::describe(std::uint64_t uuid, std::uint64_t parent, std::string_view name, std::uint64_t rank) {
  namespace field = proto::track_descriptor;
  event_.clear();
  event_.number(field::kUuid, uuid);
  event_.text(field::kName, name);
  if (parent != 0) event_.number(field::kParentUuid, parent);
  event_.number(field::kChildOrdering, field::kExplicit);
  event_.number(field::kSiblingOrderRank, rank);
  packet_.clear();
  packet_.number(proto::trace_packet::kTrustedPacketSequenceId, kSequence);
  packet_.message(proto::trace_packet::kTrackDescriptor, event_);
  trace_.clear();
  trace_.message(proto::trace::kPacket, packet_);
  file_.write(trace_.bytes());
}

void PerfettoLanes::event(std::uint64_t type, sim::HartId hart, Lane lane) {
  event_.clear();
  event_.number(proto::track_event::kType, type);
  event_.number(proto::track_event::kTrackUuid, lane_track(hart, lane));
}

void PerfettoLanes::put(std::uint64_t ns) {
  packet_.clear();
  packet_.number(proto::trace_packet::kTimestamp, ns);
  packet_.number(proto::trace_packet::kTrustedPacketSequenceId, kSequence);
  packet_.message(proto::trace_packet::kTrackEvent, event_);
  trace_.clear();
  trace_.message(proto::trace::kPacket, packet_);
  file_.write(trace_.bytes());
}

void PerfettoLanes::add_fields(const event_log::EventView& event) {
  namespace field = proto::debug_annotation;
  const auto& type = event_log::type_of(event.id);
  for (std::size_t i = 0; i < event.fields.size(); ++i) {
    const event_log::Value& value = event.fields[i];
    annotation_.clear();
    annotation_.text(field::kName, type.fields[i].name);
    switch (type.fields[i].type) {
      case schema::FieldType::kBool: annotation_.number(field::kBoolValue, value.number); break;
      case schema::FieldType::kS64: annotation_.number(field::kIntValue, value.number); break;
      case schema::FieldType::kU64: annotation_.number(field::kUintValue, value.number); break;
      case schema::FieldType::kEnum:
        if (const auto name = event_log::name_of(*type.fields[i].values, value.number); !name.empty())
          annotation_.text(field::kStringValue, name);
        else annotation_.number(field::kUintValue, value.number);
        break;
      default: annotation_.text(field::kStringValue, value.text);
    }
    event_.message(proto::track_event::kDebugAnnotations, annotation_);
  }
}

void PerfettoLanes::begin(const Record& record, Lane lane, std::string_view name, std::uint64_t what) {
  harts_[record.event.hart].open[lane].push_back(what);
  event(proto::track_event::kSliceBegin, record.event.hart, lane);
  event_.text(proto::track_event::kName, name);
  add_fields(record.event);
}

void PerfettoLanes::end(sim::HartId hart, Lane lane, std::uint64_t ns, const event_log::EventView* fields) {
  auto& open = harts_[hart].open[lane];
  if (open.empty()) return;
  open.pop_back();
  event(proto::track_event::kSliceEnd, hart, lane);
  if (fields != nullptr) add_fields(*fields);
  put(ns);
}

void PerfettoLanes::end_of(const Record& record, Lane lane, std::uint64_t what) {
  const sim::HartId hart = record.event.hart;
  auto& open = harts_[hart].open[lane];
  if (std::ranges::find(open, what) == open.end()) return;
  while (open.back() != what) end(hart, lane, record.ns);
  end(hart, lane, record.ns, &record.event);
}

void PerfettoLanes::end_lane(sim::HartId hart, Lane lane, std::uint64_t ns) {
  while (!harts_[hart].open[lane].empty()) end(hart, lane, ns);
}

void PerfettoLanes::end_hart(sim::HartId hart, std::uint64_t ns) {
  for (unsigned lane = 0; lane < kLanes; ++lane) end_lane(hart, static_cast<Lane>(lane), ns);
}

void PerfettoLanes::instant(const Record& record, Lane lane) {
  event(proto::track_event::kInstant, record.event.hart, lane);
  event_.text(proto::track_event::kName, event_log::type_of(record.event.id).name);
  add_fields(record.event);
}

void PerfettoLanes::on_switch(const Record& record) {
  const auto& fields = record.event.fields;
  const std::uint64_t next = fields[events::kSchedSwitchNextPid].number;
  end_lane(record.event.hart, kTask, record.ns);
  woken_.erase(fields[events::kSchedSwitchPrevPid].number);
  if (next == 0) {
    instant(record, kEvents);
    return put(record.ns);
  }
  begin(record, kTask, fields[events::kSchedSwitchNextComm].text, next);
  if (const auto flow = woken_.find(next); flow != woken_.end()) {
    event_.fixed64(proto::track_event::kTerminatingFlowIds, flow->second);
    woken_.erase(flow);
  }
  put(record.ns);
}

// A task may be woken while it has a CPU: then it waits for nothing. A second wakeup changes nothing.
void PerfettoLanes::on_wakeup(const Record& record) {
  const std::uint64_t pid = record.event.fields[events::kSchedWakeupPid].number;
  const bool runs = std::ranges::any_of(
      harts_, [pid](const Hart& hart) { return !hart.open[kTask].empty() && hart.open[kTask].back() == pid; });
  instant(record, kEvents);
  if (!runs && !woken_.contains(pid)) {
    woken_[pid] = ++flows_;
    event_.fixed64(proto::track_event::kFlowIds, flows_);
  }
  put(record.ns);
}

// What is raised while its target handles a software interrupt may be taken along by that, so it has no flow.
void PerfettoLanes::on_ipi(const Record& record) {
  const std::uint64_t target = record.event.fields[events::kIpiRaiseTargetCpu].number;
  instant(record, kEvents);
  if (target < harts_.size() && !harts_[target].in_software && harts_[target].ipis.size() < kIpisMax) {
    harts_[target].ipis.push_back(++flows_);
    event_.fixed64(proto::track_event::kFlowIds, flows_);
  }
  put(record.ns);
}

void PerfettoLanes::on_irq_entry(const Record& record) {
  const std::uint64_t cause = record.event.fields[events::kIrqEntryCause].number;
  Hart& hart = harts_[record.event.hart];
  begin(record, kInterrupts, event_log::name_of(schema::kCause, cause), cause);
  if (cause == events::kCauseSoftware) {
    for (const std::uint64_t flow : hart.ipis) event_.fixed64(proto::track_event::kTerminatingFlowIds, flow);
    hart.ipis.clear();
    hart.in_software = true;
  }
  put(record.ns);
  end_lane(record.event.hart, kWfi, record.ns);
  if (cause != events::kCauseNmi) irqs_off(record, "interrupt");
}

void PerfettoLanes::irqs_off(const Record& record, std::string_view site) {
  if (!harts_[record.event.hart].open[kIrqsOff].empty()) return;
  begin(record, kIrqsOff, site, 0);
  put(record.ns);
}

// From the second call on, a balance is a loop.
void PerfettoLanes::on_dispatch_call(const Record& record) {
  const auto& open = harts_[record.event.hart].open[kBalance];
  if (record.event.fields[events::kDispatchCallIteration].number == 2 && !open.empty() && open.back() == kBalanceSlice) {
    begin(record, kBalance, "dispatch loop", kLoopSlice);
    put(record.ns);
  }
  instant(record, kBalance);
  put(record.ns);
}

void PerfettoLanes::on_reset(const Record& record) {
  for (sim::HartId hart = 0; hart < harts_.size(); ++hart) {
    end_hart(hart, record.ns);
    harts_[hart] = {};
  }
  woken_.clear();
  instant(record, kEvents);
  put(record.ns);
}

void PerfettoLanes::write(const Record& record) {
  const sim::HartId hart = record.event.hart;
  const auto& fields = record.event.fields;
  switch (record.event.id) {
    case events::kReset: return on_reset(record);
    case events::kSchedSwitch: return on_switch(record);
    case events::kSchedWakeup: return on_wakeup(record);
    case events::kIpiRaise: return on_ipi(record);
    case events::kIrqEntry: return on_irq_entry(record);
    case events::kIrqExit:
      if (fields[0].number == events::kCauseSoftware) harts_[hart].in_software = false;
      return end_of(record, kInterrupts, fields[0].number);
    case events::kSoftirqEntry:
      begin(record, kInterrupts, softirq_action(fields[0].number), kSoftirqSlice + fields[0].number);
      return put(record.ns);
    case events::kSoftirqExit: return end_of(record, kInterrupts, kSoftirqSlice + fields[0].number);
    case events::kIrqOff: return irqs_off(record, event_log::name_of(schema::kSite, fields[0].number));
    case events::kIrqOn: return end(hart, kIrqsOff, record.ns, &record.event);
    case events::kWfiEnter:
      end_lane(hart, kIrqsOff, record.ns);
      end_lane(hart, kWfi, record.ns);
      begin(record, kWfi, "WFI", 0);
      return put(record.ns);
    case events::kWfiExit: end_lane(hart, kWfi, record.ns); return irqs_off(record, "WFI ended");
    case events::kBalanceEnter:
      end_lane(hart, kBalance, record.ns);
      begin(record, kBalance, "balance", kBalanceSlice);
      return put(record.ns);
    case events::kBalanceExit: return end_of(record, kBalance, kBalanceSlice);
    case events::kDispatchCall: return on_dispatch_call(record);
    case events::kBreakout: end_of(record, kBalance, kLoopSlice); break;
    case events::kCpuOffline: end_hart(hart, record.ns); break;
    default: break;
  }
  instant(record, kEvents);
  put(record.ns);
}

void PerfettoLanes::finish(std::uint64_t ns) {
  for (sim::HartId hart = 0; hart < harts_.size(); ++hart) end_hart(hart, ns);
}

}  // namespace tb::exports
