// SPDX-License-Identifier: Apache-2.0
// The lanes of each hart as tracks of Perfetto: slices of tasks, interrupts, interrupts off, balance and WFI; all other events as
// instants; flows from IPIs to their interrupts and from wakeups to the CPU.
#pragma once

#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "tb/export/output.h"
#include "tb/export/protobuf.h"
#include "tb/export/record.h"

namespace tb::exports {

class PerfettoLanes {
 public:
  PerfettoLanes(OutputFile& file, const Machine& machine);

  void write(const Record& record);
  // Ends all slices.
  void finish(std::uint64_t ns);

 private:
  enum Lane : unsigned { kTask, kInterrupts, kIrqsOff, kBalance, kWfi, kEvents, kLanes };
  struct Hart {
    std::array<std::vector<std::uint64_t>, kLanes> open;  // slices, the outermost first; what each is of
    std::vector<std::uint64_t> ipis;                      // flows of IPIs on their way to it
    bool in_software = false;                             // it handles a software interrupt
  };

  void describe(std::uint64_t uuid, std::uint64_t parent, std::string_view name, std::uint64_t rank);
  // Begins an event; flows and fields may be added before put().
  void event(std::uint64_t type, sim::HartId hart, Lane lane);
  void put(std::uint64_t ns);
  void add_fields(const event_log::EventView& event);

  void begin(const Record& record, Lane lane, std::string_view name, std::uint64_t what);
  // Ends the innermost slice of the lane, if there is one.
  void end(sim::HartId hart, Lane lane, std::uint64_t ns, const event_log::EventView* fields = nullptr);
  // Ends slices of the lane up to the innermost one of that, if there is one.
  void end_of(const Record& record, Lane lane, std::uint64_t what);
  void end_lane(sim::HartId hart, Lane lane, std::uint64_t ns);
  void end_hart(sim::HartId hart, std::uint64_t ns);
  void instant(const Record& record, Lane lane);

  void on_switch(const Record& record);
  void on_wakeup(const Record& record);
  void on_ipi(const Record& record);
  void on_irq_entry(const Record& record);
  void irqs_off(const Record& record, std::string_view site);
  void on_dispatch_call(const Record& record);
  void on_reset(const Record& record);

  OutputFile& file_;
  std::vector<Hart> harts_;
  std::map<std::uint64_t, std::uint64_t> woken_;  // PID -> flow of its wakeup
  std::uint64_t flows_ = 0;
  Message event_, annotation_, packet_, trace_;
};

}  // namespace tb::exports
