// SPDX-License-Identifier: Apache-2.0
#include "tb/export/perfetto.h"

#include "tb/export/output.h"
#include "tb/export/perfetto_bundles.h"
#include "tb/export/perfetto_lanes.h"

namespace tb::exports {
namespace {

class PerfettoWriter : public Writer {
 public:
  PerfettoWriter(const std::filesystem::path& file, const Machine& machine)
      : file_(file), lanes_(file_, machine), bundles_(file_, machine.harts) {}

  void write(const Record& record) override {
    lanes_.write(record);
    bundles_.write(record);
  }

  void finish(const End& end) override {
    lanes_.finish(end.ns);
    bundles_.finish();
    file_.commit();
  }

 private:
  OutputFile file_;
  PerfettoLanes lanes_;
  PerfettoBundles bundles_;
};

}  // namespace

std::unique_ptr<Writer> perfetto_writer(const std::filesystem::path& file, const Machine& machine) {
  return std::make_unique<PerfettoWriter>(file, machine);
}

}  // namespace tb::exports
