// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/sysfs.h"

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

void SysfsMonitor::on_event(const log::EventView& event) {
  if (event.id == kReset) shown_ = nullptr;
  if (event.id != kScxSysfs) return;
  const auto number = [&event](std::size_t field) { return event.fields[field].number; };
  shown_ = {{"state", log::to_string(event.fields[kScxSysfsState], log::type_of(event.id).fields[kScxSysfsState])},
            {"switch_all", number(kScxSysfsSwitchAll) != 0},
            {"nr_rejected", number(kScxSysfsNrRejected)},
            {"hotplug_seq", number(kScxSysfsHotplugSeq)},
            {"enable_seq", number(kScxSysfsEnableSeq)},
            {"ops", nullptr}};
  const std::string_view ops = event.fields[kScxSysfsOps].text;
  if (!ops.empty()) shown_["ops"] = ops;
}

}  // namespace tb::monitor
