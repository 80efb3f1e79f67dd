// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/sysfs.h"

#include "event_names.h"  // generated

namespace tb::monitor {

void SysfsMonitor::on_event(const event_log::EventView& event) {
  if (event.id == events::kReset) shown_ = nullptr;
  if (event.id != events::kScxSysfs) return;
  const auto number = [&event](std::size_t field) { return event.fields[field].number; };
  shown_ = {{"state", event_log::to_string(event.fields[events::kScxSysfsState],
                                           event_log::type_of(event.id).fields[events::kScxSysfsState])},
            {"switch_all", number(events::kScxSysfsSwitchAll) != 0},
            {"nr_rejected", number(events::kScxSysfsNrRejected)},
            {"hotplug_seq", number(events::kScxSysfsHotplugSeq)},
            {"enable_seq", number(events::kScxSysfsEnableSeq)},
            {"ops", nullptr}};
  const std::string_view ops = event.fields[events::kScxSysfsOps].text;
  if (!ops.empty()) shown_["ops"] = ops;
}

}  // namespace tb::monitor
