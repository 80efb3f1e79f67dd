// SPDX-License-Identifier: Apache-2.0
// The events that Linux has too, as bundles of ftrace events: Perfetto computes its tables of threads and CPUs from them.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "tb/export/output.h"
#include "tb/export/protobuf.h"
#include "tb/export/record.h"

namespace tb::exports {

class PerfettoBundles {
 public:
  PerfettoBundles(OutputFile& file, unsigned harts);

  void write(const Record& record);
  void finish();

 private:
  struct Bundle {
    Message events;
    unsigned count = 0;
  };

  void add(const Record& record, std::uint32_t field, const Message& event);
  void flush(Bundle& bundle);

  OutputFile& file_;
  std::vector<Bundle> bundles_;     // by hart
  std::set<std::uint64_t> waking_;  // PIDs whose wakeup has begun
  Message event_, common_, packet_, trace_;
};

}  // namespace tb::exports
