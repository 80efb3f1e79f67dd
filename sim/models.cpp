// SPDX-License-Identifier: Apache-2.0
// Models are modules, one for each number of harts. scripts/build_model makes them, before or while a program runs.
#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include "model_folder.h"  // generated
#include "platform.h"      // generated
#include "sim/model.h"

namespace sim {
namespace {

std::filesystem::path module_file(unsigned harts) {
  return std::filesystem::path(kModelFolder) / std::string("h").append(std::to_string(harts)).append(".so");
}

}  // namespace

std::vector<unsigned> model_hart_counts() {
  std::vector<unsigned> counts;
  std::error_code unreadable;  // another user's build tree: a model that cannot be seen is not there
  for (unsigned harts = 1; harts <= platform::kHartsMax; ++harts)
    if (std::filesystem::exists(module_file(harts), unreadable)) counts.push_back(harts);
  return counts;
}

std::vector<std::string> model_build_command(unsigned harts) {
  std::vector<std::string> words(std::begin(kBuildModel), std::end(kBuildModel));
  words.insert(words.end(), {std::to_string(harts), "--key", kModelKey});
  return words;
}

// The module stays loaded: its code runs as long as the model lives.
std::unique_ptr<Model> make_model(unsigned harts, std::uint64_t seed, std::uint32_t ps_per_cycle) {
  void* const module = ::dlopen(module_file(harts).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) throw std::invalid_argument(::dlerror());
  void* const entry = ::dlsym(module, "scx_make_model");
  if (entry == nullptr) throw std::invalid_argument(::dlerror());
  return std::unique_ptr<Model>(reinterpret_cast<Model* (*)(std::uint64_t, std::uint32_t)>(entry)(seed, ps_per_cycle));
}

}  // namespace sim
