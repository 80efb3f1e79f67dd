// SPDX-License-Identifier: Apache-2.0
// What /sys/kernel/sched_ext shows when the run ends.
#pragma once

#include "json/value.h"
#include "log/decode.h"

namespace tb::monitor {

class SysfsMonitor {
 public:
  void on_event(const event_log::EventView& event);

  // The fields of the last `scx_sysfs` under their names, `ops` null for none; null if the kernel never got that far.
  [[nodiscard]] const json::Value& shown() const { return shown_; }

 private:
  json::Value shown_ = nullptr;
};

}  // namespace tb::monitor
