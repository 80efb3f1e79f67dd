// SPDX-License-Identifier: Apache-2.0
#include "tb/export/ftrace_text.h"

#include "event_names.h"  // generated
#include "tb/export/linux_names.h"
#include "tb/export/output.h"
#include "tb/export/shapes.h"
#include "tb/export/text.h"

namespace tb::exports {
namespace {

constexpr const char* kHeader =
    "# tracer: nop\n"
    "#\n"
    "# scx-cosim: {} harts at {} MHz; timestamps are simulated time with nanoseconds   #P:{}\n"
    "#\n"
    "#                                _-----=> irqs-off\n"
    "#                               / _----=> need-resched\n"
    "#                              | / _---=> hardirq/softirq\n"
    "#                              || / _--=> preempt-depth (not known)\n"
    "#                              ||| / _-=> migrate-disable (not known)\n"
    "#                              |||| /     delay\n"
    "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "#              | |         |   |||||     |         |\n";

char interrupt_flag(const HartState& hart) {
  if (hart.nmis > 0) return hart.irqs > 0 ? 'Z' : 'z';
  if (hart.irqs > 0) return hart.softirqs > 0 ? 'H' : 'h';
  return hart.softirqs > 0 ? 's' : '.';
}

// An event is one line.
void append_one_line(Text& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') append(out, "\\n");
    else if (c == '\r') append(out, "\\r");
    else if (c == '\0') append(out, "\\0");
    else out.push_back(c);
  }
}

char state_letter(std::int64_t bits) {
  switch (bits) {
    case 0x01: return 'S';
    case 0x02: return 'D';
    case 0x04: return 'T';
    case 0x10: return 'X';
    case 0x80: return 'I';
    default: return 'R';
  }
}

void append_fields(Text& out, const event_log::EventView& event) {
  const auto& fields = event_log::type_of(event.id).fields;
  for (std::size_t i = 0; i < event.fields.size(); ++i) {
    out.push_back(' ');
    append(out, fields[i].name);
    out.push_back('=');
    if (event.fields[i].text.empty()) append_value(out, event.fields[i], fields[i]);
    else append_one_line(out, event.fields[i].text);
  }
}

void append_event(Text& out, const Record& record) {
  append(out, shapes()[record.event.id].name);
  out.push_back(':');
  const ShapeValues values = shaped(record);
  const auto& v = values.values;
  const auto number = [&v](std::size_t i) { return static_cast<std::int64_t>(v[i].number); };
  auto to = std::back_inserter(out);
  switch (record.event.id) {
    case events::kSchedSwitch:
      fmt::format_to(to, " prev_comm={} prev_pid={} prev_prio={} prev_state={} ==> next_comm={} next_pid={} next_prio={}",
                     v[0].text, number(1), number(2), state_letter(number(3)), v[4].text, number(5), number(6));
      break;
    case events::kSchedWaking:
    case events::kSchedWakeup:
      fmt::format_to(to, " comm={} pid={} prio={} target_cpu={:03}", v[0].text, number(1), number(2), number(3));
      break;
    case events::kIrqEntry: fmt::format_to(to, " irq={} name={}", number(0), v[1].text); break;
    case events::kIrqExit: fmt::format_to(to, " irq={} ret=handled", number(0)); break;
    case events::kSoftirqEntry:
    case events::kSoftirqExit:
      fmt::format_to(to, " vec={} [action={}]", number(0), softirq_action(record.event.fields[0].number));
      break;
    default: append_fields(out, record.event);
  }
}

class FtraceTextWriter : public Writer {
 public:
  FtraceTextWriter(const std::filesystem::path& file, const Machine& machine) : file_(file) {
    file_.write(fmt::format(kHeader, machine.harts, machine.clock_mhz, machine.harts));
  }

  void write(const Record& record) override {
    const HartState& hart = record.hart();
    line_.clear();
    fmt::format_to(std::back_inserter(line_), "{:>16}-{:<7} [{:03}] {}{}{}.. {:>5}.{:09}: ", record.states.comm_of(hart.pid),
                   hart.pid, record.event.hart, hart.irqs_off ? 'd' : '.', hart.need_resched ? 'N' : '.', interrupt_flag(hart),
                   record.ns / 1'000'000'000, record.ns % 1'000'000'000);
    append_event(line_, record);
    line_.push_back('\n');
    file_.write({line_.data(), line_.size()});
  }

  void finish(const End&) override { file_.commit(); }

 private:
  OutputFile file_;
  Text line_;
};

}  // namespace

std::unique_ptr<Writer> ftrace_text_writer(const std::filesystem::path& file, const Machine& machine) {
  return std::make_unique<FtraceTextWriter>(file, machine);
}

}  // namespace tb::exports
