// SPDX-License-Identifier: Apache-2.0
// How policies left: the exit record of the run, and with it the run's ending as far as policies decide it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/decode.h"
#include "tb/result/ending.h"

namespace tb::monitor {

class ExitMonitor {
 public:
  void on_event(const event_log::EventView& event);

  // Of the first policy that was ejected; else of the first that was unregistered; else of the first report that no
  // disable has followed.
  [[nodiscard]] std::optional<ExitRecord> record() const;
  [[nodiscard]] Ending ending() const;
  // Lines of all debug dumps, in their order.
  [[nodiscard]] const std::vector<std::string>& dump() const { return dump_; }

 private:
  std::optional<ExitRecord> ejected_;
  std::optional<ExitRecord> unregistered_;
  std::optional<ExitRecord> reported_;
  std::vector<std::string> dump_;
};

}  // namespace tb::monitor
