// SPDX-License-Identifier: Apache-2.0
// The product: the testbench around the RTL machine and the policies of this build.
#include <systemc>

#include "build_info.h"  // generated
#include "sim/fst_file.h"
#include "tb/cli/cli.h"
#include "tb/save_file.h"

int main(int argc, char** argv) {
  tb::Backend backend;
  backend.library = {{kernel::kPolicies, kernel::kNrPolicies}, build_info::kConfigs};
  backend.hart_counts = machine::supported_hart_counts;
  backend.build_model = machine::model_build_command;
  backend.run_machine = machine::run_machine;
  backend.whereabouts = machine::whereabouts;
  backend.waves_complete = sim::fst_complete;
  backend.add_gaps = sim::fst_add_gaps;
  backend.write_save_file = tb::write_save_file;
  backend.align_dumps = waves::align_dumps;
  backend.rtl_hash = build_info::kRtlHash;
  backend.shipped_rtl_hash = build_info::kShippedRtlHash;
  backend.versions = {{"scx-cosim", build_info::kVersion},
                      {"verilator", build_info::kVerilator},
                      {"systemc", sc_core::sc_release()},
                      {"compiler", build_info::kCompiler}};
  return tb::cli::run(backend, argc, argv);
}
