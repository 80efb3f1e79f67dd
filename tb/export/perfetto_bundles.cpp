// SPDX-License-Identifier: Apache-2.0
#include "tb/export/perfetto_bundles.h"

#include "event_names.h"  // generated
#include "tb/export/linux_names.h"
#include "tb/export/perfetto_protos.h"
#include "tb/export/shapes.h"

namespace tb::exports {
namespace {

constexpr std::uint64_t kSequence = 2;  // the lanes are sequence 1
constexpr unsigned kEventsPerBundle = 512;

void put_switch(Message& out, const ShapeValues& shape_values) {
  namespace field = proto::sched_switch;
  const auto& v = shape_values.values;
  out.text(field::kPrevComm, v[0].text);
  out.number(field::kPrevPid, v[1].number);
  out.number(field::kPrevPrio, v[2].number);
  out.number(field::kPrevState, v[3].number);
  out.text(field::kNextComm, v[4].text);
  out.number(field::kNextPid, v[5].number);
  out.number(field::kNextPrio, v[6].number);
}

void put_wakeup(Message& out, const ShapeValues& shape_values) {
  namespace field = proto::sched_wakeup;
  const auto& v = shape_values.values;
  out.text(field::kComm, v[0].text);
  out.number(field::kPid, v[1].number);
  out.number(field::kPrio, v[2].number);
  out.number(field::kSuccess, std::uint64_t{1});
  out.number(field::kTargetCpu, v[3].number);
}

}  // namespace

PerfettoBundles::PerfettoBundles(OutputFile& file, unsigned harts) : file_(file), bundles_(harts) {}

void PerfettoBundles::write(const Record& record) {
  namespace field = proto::ftrace_event;
  const auto& fields = record.event.fields;
  event_.clear();
  switch (record.event.id) {
    case events::kSchedSwitch: put_switch(event_, shaped(record)); return add(record, field::kSchedSwitch, event_);
    case events::kSchedWaking:
      waking_.insert(fields[events::kSchedWakingPid].number);
      put_wakeup(event_, shaped(record));
      return add(record, field::kSchedWaking, event_);
    case events::kSchedWakeup:
      put_wakeup(event_, shaped(record));
      // A new task has no such event. Perfetto takes a task for runnable from there.
      if (waking_.erase(fields[events::kSchedWakeupPid].number) == 0) add(record, field::kSchedWaking, event_);
      return add(record, field::kSchedWakeup, event_);
    case events::kIrqEntry:
      event_.number(proto::irq_handler::kIrq, fields[0].number);
      event_.text(proto::irq_handler::kName, event_log::name_of(trace::schema::kCause, fields[0].number));
      return add(record, field::kIrqHandlerEntry, event_);
    case events::kIrqExit:
      event_.number(proto::irq_handler::kIrq, fields[0].number);
      event_.number(proto::irq_handler::kRet, std::uint64_t{1});
      return add(record, field::kIrqHandlerExit, event_);
    case events::kSoftirqEntry:
    case events::kSoftirqExit:
      event_.number(proto::softirq::kVec, softirq_vec(fields[0].number));
      return add(record, record.event.id == events::kSoftirqEntry ? field::kSoftirqEntry : field::kSoftirqExit, event_);
    case events::kWfiEnter:
    case events::kWfiExit:
      event_.number(proto::cpu_idle::kState, record.event.id == events::kWfiEnter ? std::uint64_t{1} : proto::cpu_idle::kAwake);
      event_.number(proto::cpu_idle::kCpuId, std::uint64_t{record.event.hart});
      return add(record, field::kCpuIdle, event_);
    default: break;
  }
}

void PerfettoBundles::add(const Record& record, std::uint32_t field, const Message& event) {
  common_.clear();
  common_.number(proto::ftrace_event::kTimestamp, record.ns);
  common_.number(proto::ftrace_event::kPid, record.hart().pid);
  common_.message(field, event);  // third: readers find it there fast
  common_.number(proto::ftrace_event::kCommonFlags, trace_flags(record.hart()));
  Bundle& bundle = bundles_[record.event.hart];
  if (bundle.count == 0) bundle.events.number(proto::ftrace_event_bundle::kCpu, std::uint64_t{record.event.hart});
  bundle.events.message(proto::ftrace_event_bundle::kEvent, common_);
  if (++bundle.count == kEventsPerBundle) flush(bundle);
}

void PerfettoBundles::flush(Bundle& bundle) {
  packet_.clear();
  packet_.message(proto::trace_packet::kFtraceEvents, bundle.events);
  packet_.number(proto::trace_packet::kTrustedPacketSequenceId, kSequence);
  trace_.clear();
  trace_.message(proto::trace::kPacket, packet_);
  file_.write(trace_.bytes());
  bundle.events.clear();
  bundle.count = 0;
}

void PerfettoBundles::finish() {
  for (Bundle& bundle : bundles_)
    if (bundle.count > 0) flush(bundle);
}

}  // namespace tb::exports
