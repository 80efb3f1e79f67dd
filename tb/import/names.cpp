// SPDX-License-Identifier: Apache-2.0
#include "tb/import/names.h"

#include <filesystem>
#include <string_view>

#include "tb/config/limits.h"

namespace tb::import {

namespace {

// Letters, digits, '_' and '-', and no '-' to begin with.
std::string harmless(std::string_view text) {
  constexpr std::string_view kHarmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  std::string out;
  for (const char c : text) out += kHarmless.find(c) == std::string_view::npos ? '_' : c;
  if (out.empty() || out[0] == '-') out.insert(out.begin(), '_');
  return out;
}

}  // namespace

const std::string& Names::of(const std::string& foreign, std::size_t room) {
  const auto [found, is_new] = names_.try_emplace(foreign);
  if (!is_new) return found->second;
  const std::size_t length = length_max_ - room;
  const std::string wanted = harmless(foreign).substr(0, length);
  std::string name = wanted;
  for (unsigned number = 2; !used_.insert(name).second; ++number) {
    const std::string suffix = "_" + std::to_string(number);
    name = wanted.substr(0, length - suffix.size()) + suffix;
  }
  return found->second = name;
}

std::map<std::string, std::string> Names::changed() const {
  std::map<std::string, std::string> all;
  for (const auto& [foreign, name] : names_)
    if (foreign != name) all.emplace(foreign, name);
  return all;
}

std::string scenario_name(const std::string& path) {
  return harmless(std::filesystem::path(path).stem().string()).substr(0, config::kNameLengthMax);
}

}  // namespace tb::import
