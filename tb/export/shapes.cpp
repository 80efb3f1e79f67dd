// SPDX-License-Identifier: Apache-2.0
#include "tb/export/shapes.h"

#include "event_names.h"  // generated
#include "tb/export/linux_names.h"

namespace tb::exports {
namespace {

namespace schema = trace::schema;

Kind kind_of(schema::FieldType type) {
  switch (type) {
    case schema::FieldType::kS64: return Kind::kS64;
    case schema::FieldType::kBool: return Kind::kBool;
    case schema::FieldType::kComm: return Kind::kComm;
    case schema::FieldType::kStr: return Kind::kText;
    case schema::FieldType::kEnum: return Kind::kEnum;
    case schema::FieldType::kU64: break;
  }
  return Kind::kU64;
}

Shape own(const schema::EventType& type) {
  Shape shape{"scx", std::string(type.name), "", {}};
  for (const schema::Field& field : type.fields)
    shape.fields.push_back({std::string(field.name), "", kind_of(field.type), field.values});
  return shape;
}

Shape sched_switch() {
  return {"sched",
          "sched_switch",
          R"("prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s ==> next_comm=%s next_pid=%d next_prio=%d", REC->prev_comm, )"
          R"(REC->prev_pid, REC->prev_prio, __print_symbolic(REC->prev_state, { 0x0, "R" }, { 0x1, "S" }, { 0x2, "D" }, )"
          R"({ 0x4, "T" }, { 0x10, "X" }, { 0x80, "I" }), REC->next_comm, REC->next_pid, REC->next_prio)",
          {{"prev_comm", "", Kind::kComm},
           {"prev_pid", "prev_tid", Kind::kS32},
           {"prev_prio", "", Kind::kS32},
           {"prev_state", "", Kind::kS64},
           {"next_comm", "", Kind::kComm},
           {"next_pid", "next_tid", Kind::kS32},
           {"next_prio", "", Kind::kS32},
           {"prev_class", "", Kind::kEnum, &schema::kClass},
           {"next_class", "", Kind::kEnum, &schema::kClass}}};
}

Shape wakeup(const char* name) {
  return {"sched",
          name,
          R"("comm=%s pid=%d prio=%d target_cpu=%03d", REC->comm, REC->pid, REC->prio, REC->target_cpu)",
          {{"comm", "", Kind::kComm}, {"pid", "tid", Kind::kS32}, {"prio", "", Kind::kS32}, {"target_cpu", "", Kind::kS32}}};
}

Shape softirq(const char* name) {
  return {"irq",
          name,
          R"("vec=%u [action=%s]", REC->vec, __print_symbolic(REC->vec, { 1, "TIMER" }, { 9, "RCU" }))",
          {{"vec", "", Kind::kU32}}};
}

std::vector<Shape> all_shapes() {
  std::vector<Shape> all;
  for (const schema::EventType& type : schema::kEvents) all.push_back(own(type));
  all[events::kSchedSwitch] = sched_switch();
  all[events::kSchedWaking] = wakeup("sched_waking");
  all[events::kSchedWakeup] = wakeup("sched_wakeup");
  all[events::kIrqEntry] = {"irq",
                            "irq_handler_entry",
                            R"("irq=%d name=%s", REC->irq, __get_str(name))",
                            {{"irq", "", Kind::kS32}, {"name", "", Kind::kText}}};
  all[events::kIrqExit] = {"irq",
                           "irq_handler_exit",
                           R"("irq=%d ret=%s", REC->irq, REC->ret ? "handled" : "unhandled")",
                           {{"irq", "", Kind::kS32}, {"ret", "", Kind::kS32}}};
  all[events::kSoftirqEntry] = softirq("softirq_entry");
  all[events::kSoftirqExit] = softirq("softirq_exit");
  return all;
}

}  // namespace

const std::vector<Shape>& shapes() {
  static const auto* const all = new std::vector<Shape>(all_shapes());  // lives as long as the process
  return *all;
}

ShapeValues shaped(const Record& record) {
  const auto& fields = record.event.fields;
  ShapeValues out;
  switch (record.event.id) {
    case events::kSchedSwitch: {
      const std::uint64_t prev_class = fields[events::kSchedSwitchPrevClass].number;
      const std::uint64_t next_class = fields[events::kSchedSwitchNextClass].number;
      out.add(fields[events::kSchedSwitchPrevComm].text);
      out.add(fields[events::kSchedSwitchPrevPid].number);
      out.add(prio_of(prev_class));
      out.add(state_bits(fields[events::kSchedSwitchPrevState].number));
      out.add(fields[events::kSchedSwitchNextComm].text);
      out.add(fields[events::kSchedSwitchNextPid].number);
      out.add(prio_of(next_class));
      out.add(prev_class);
      out.add(next_class);
      break;
    }
    case events::kSchedWaking:  // has the same fields
    case events::kSchedWakeup: {
      const std::uint64_t pid = fields[events::kSchedWakeupPid].number;
      out.add(fields[events::kSchedWakeupComm].text);
      out.add(pid);
      out.add(prio_of(record.states.class_of(pid)));
      out.add(fields[events::kSchedWakeupTargetCpu].number);
      break;
    }
    case events::kIrqEntry: {
      const std::uint64_t cause = fields[events::kIrqEntryCause].number;
      out.add(cause);
      out.add(event_log::name_of(schema::kCause, cause));
      break;
    }
    case events::kIrqExit:
      out.add(fields[events::kIrqExitCause].number);
      out.add(std::uint64_t{1});
      break;
    case events::kSoftirqEntry: out.add(softirq_vec(fields[events::kSoftirqEntryVec].number)); break;
    case events::kSoftirqExit: out.add(softirq_vec(fields[events::kSoftirqExitVec].number)); break;
    default:
      for (const event_log::Value& value : fields) out.values[out.count++] = value;
  }
  return out;
}

}  // namespace tb::exports
