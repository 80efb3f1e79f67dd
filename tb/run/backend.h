// SPDX-License-Identifier: Apache-2.0
// What the testbench needs of the rest of the product, handed in by main(): tests hand in something else.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "machine/machine.h"
#include "sim/fst_file.h"
#include "tb/config/library.h"
#include "tb/result/result.h"
#include "waves/align.h"

namespace tb {

// What a save file for the waves of one run is made from.
struct SaveFileRequest {
  const Result& result;
  std::filesystem::path run_dir;  // holds waves.fst and events.bin; waves.gtkw goes there
  unsigned harts;
  std::uint32_t clock_mhz;
  std::vector<waves::Window> dumped;  // in order
};

struct Backend {
  config::Library library;
  std::function<machine::RunResult(const machine::RunConfig&, const kernel::KernelConfig&, sim::Observer&,
                                   const std::function<void(sim::Control&)>&)>
      run_machine;
  machine::Whereabouts (*whereabouts)() = nullptr;              // null: not known
  std::function<void(const SaveFileRequest&)> write_save_file;  // empty: no save files are made
  // Empty: it needs what Verilator brings along.
  std::function<void(const std::vector<waves::AlignedDump>&, const std::filesystem::path&)> align_dumps;
  std::function<bool(const std::filesystem::path&)> waves_complete;  // the waveform file was written to its end
  // Adds to a complete one where nothing was dumped. Empty: it stays as it is.
  std::function<bool(const std::filesystem::path&, const std::vector<sim::FstGap>&)> add_gaps;
  std::function<std::vector<unsigned>()> hart_counts;  // that there are models of now, ascending
  // The command that builds the model with that many harts, as words for exec. Empty: none can be built.
  std::function<std::vector<std::string>(unsigned harts)> build_model;
  std::string rtl_hash;
  std::string shipped_rtl_hash;  // of the RTL whose skipping has been proved exact
  [[nodiscard]] bool rtl_is_shipped() const { return rtl_hash == shipped_rtl_hash; }
  std::vector<std::pair<std::string, std::string>> versions;  // name, version
};

}  // namespace tb
