// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/exit.h"

#include "event_names.h"  // generated

namespace tb::monitor {

namespace {

constexpr std::int64_t kFirstEjection = 67;  // SCX_EXIT_SYSRQ; kinds below it are a policy's own leave

}  // namespace

void ExitMonitor::on_event(const event_log::EventView& event) {
  const auto& fields = event.fields;
  if (event.id == events::kSchedExtDump) {
    dump_.emplace_back(fields[events::kSchedExtDumpLine].text);
  } else if (event.id == events::kScxError && !reported_) {
    reported_ = ExitRecord{static_cast<std::int64_t>(fields[events::kScxErrorKind].number), 0,
                           std::string(fields[events::kScxErrorReason].text), std::string(fields[events::kScxErrorMsg].text)};
  } else if (event.id == events::kScxDisable) {
    const auto kind = static_cast<std::int64_t>(fields[events::kScxDisableKind].number);
    auto& first = kind >= kFirstEjection ? ejected_ : unregistered_;
    if (!first)
      first = ExitRecord{kind, static_cast<std::int64_t>(fields[events::kScxDisableCode].number),
                         std::string(fields[events::kScxDisableReason].text), std::string(fields[events::kScxDisableMsg].text)};
  }
}

std::optional<ExitRecord> ExitMonitor::record() const {
  if (ejected_) return ejected_;
  return unregistered_ ? unregistered_ : reported_;
}

Ending ExitMonitor::ending() const {
  if (ejected_) return Ending::kEjected;
  return unregistered_ ? Ending::kUnregistered : Ending::kRunning;
}

}  // namespace tb::monitor
