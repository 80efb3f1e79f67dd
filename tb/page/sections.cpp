// SPDX-License-Identifier: Apache-2.0
#include "tb/page/sections.h"

#include "event_schema.h"  // generated

namespace tb::page {
namespace {

template <typename List, typename Number>
void put_each(Packer& packer, const List& list, const Number& number) {
  for (const auto& one : list) packer.put(static_cast<std::uint64_t>(number(one)));
}

// The difference to the one before.
template <typename List, typename Cycle>
void put_deltas(Packer& packer, const List& list, const Cycle& cycle) {
  sim::Cycle previous = 0;
  for (const auto& one : list) {
    packer.put(cycle(one) - previous);
    previous = cycle(one);
  }
}

json::Value type_name(const trace::schema::Field& field) {
  using trace::schema::FieldType;
  switch (field.type) {
    case FieldType::kU64: return "u64";
    case FieldType::kS64: return "s64";
    case FieldType::kBool: return "bool";
    case FieldType::kComm:
    case FieldType::kStr: return "text";
    case FieldType::kEnum: return field.values->name;
  }
  return {};
}

}  // namespace

Packer pack_harts(const RunData& data) {
  Packer packer;
  for (const HartLane& lane : data.harts) {
    packer.put(lane.segments.size());
    put_deltas(packer, lane.segments, [](const HartSegment& s) { return s.from; });
    put_each(packer, lane.segments, [](const HartSegment& s) { return s.state; });
    put_each(packer, lane.segments, [](const HartSegment& s) { return s.task; });
    put_each(packer, lane.segments, [](const HartSegment& s) { return s.detail; });
  }
  return packer;
}

Packer pack_irqs_off(const RunData& data) {
  Packer packer;
  for (const auto& stretches : data.irqs_off) {
    packer.put(stretches.size());
    sim::Cycle previous = 0;
    for (const Stretch& stretch : stretches) {
      packer.put(stretch.from - previous);
      previous = stretch.to;
    }
    put_each(packer, stretches, [](const Stretch& s) { return s.cycles(); });
  }
  return packer;
}

Packer pack_tasks(const RunData& data) {
  Packer packer;
  for (const auto& lane : data.task_lanes) {
    packer.put(lane.size());
    put_deltas(packer, lane, [](const TaskSegment& s) { return s.from; });
    put_each(packer, lane, [](const TaskSegment& s) { return static_cast<unsigned>(s.state) + 4 * s.hart; });
  }
  return packer;
}

Packer pack_waits(const RunData& data) {
  Packer packer;
  packer.put(data.waits.size());
  put_deltas(packer, data.waits, [](const WaitWithLedger& w) { return w.wait.from; });
  put_each(packer, data.waits, [](const WaitWithLedger& w) { return w.wait.cycles(); });
  put_each(packer, data.waits, [](const WaitWithLedger& w) { return w.wait.task; });
  put_each(packer, data.waits, [](const WaitWithLedger& w) { return (w.wait.preempted ? 1U : 0U) + 2 * w.wait.hart; });
  put_each(packer, data.waits, [](const WaitWithLedger& w) { return w.wait.waker; });
  put_each(packer, data.waits, [](const WaitWithLedger& w) { return w.wait.ran_on ? *w.wait.ran_on + 1 : 0U; });
  for (const WaitWithLedger& wait : data.waits) {
    packer.put(wait.causes.size());
    for (const Cause& cause : wait.causes) {
      packer.put(static_cast<std::uint64_t>(cause.state));
      packer.put(cause.task);
      packer.put(cause.cycles);
    }
  }
  return packer;
}

Packer pack_ipis(const RunData& data) {
  Packer packer;
  packer.put(data.ipis.size());
  put_deltas(packer, data.ipis, [](const Ipi& ipi) { return ipi.cycle; });
  put_each(packer, data.ipis, [](const Ipi& ipi) { return ipi.from; });
  put_each(packer, data.ipis, [](const Ipi& ipi) { return ipi.to; });
  put_each(packer, data.ipis, [](const Ipi& ipi) { return ipi.reason; });
  put_each(packer, data.ipis, [](const Ipi& ipi) { return ipi.trap ? *ipi.trap - ipi.cycle + 1 : 0; });
  return packer;
}

Packer pack_marks(const RunData& data) {
  Packer packer;
  packer.put(data.marks.size());
  put_deltas(packer, data.marks, [](const Mark& mark) { return mark.cycle; });
  put_each(packer, data.marks, [](const Mark& mark) { return mark.hart; });
  put_each(packer, data.marks, [](const Mark& mark) { return 2U * mark.event + (mark.special ? 1U : 0U); });
  return packer;
}

json::Value event_schema() {
  json::Value list = json::Value::array();
  for (const auto& event : trace::schema::kEvents) {
    json::Value fields = json::Value::array();
    for (const auto& field : event.fields) fields.push_back({{"name", field.name}, {"type", type_name(field)}});
    list.push_back({{"name", event.name}, {"fields", fields}});
  }
  json::Value enums = json::Value::object();
  for (const trace::schema::Enum* one : trace::schema::kEnums) {
    json::Value values = json::Value::object();
    for (const auto& name : one->names) values[std::to_string(name.value)] = name.name;
    enums[one->name] = values;
  }
  return {{"events", list}, {"enums", enums}};
}

}  // namespace tb::page
