// SPDX-License-Identifier: Apache-2.0
#include "waves/save_file.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

#include "waves/gtkwave.h"
#include "waves/layout.h"
#include "waves/names.h"
#include "waves/surfer.h"

namespace waves {

namespace fs = std::filesystem;

namespace {

const NameTable* find(const std::vector<NameTable>& tables, std::string_view name) {
  const auto found = std::find_if(tables.begin(), tables.end(), [name](const NameTable& table) { return table.name == name; });
  return found == tables.end() ? nullptr : &*found;
}

void write_names(const fs::path& dir, const Source& source, bool for_surfer) {
  const auto tables = name_tables(source.tasks, source.harts);
  fs::create_directories(dir / source.translate);
  if (for_surfer) fs::create_directories(dir / ".surfer" / "mappings");
  std::set<std::pair<std::string_view, unsigned>> mapped;
  for (const Row& row : all_rows(source)) {
    const std::string_view names = row.signal->names;
    if (names.empty() || !mapped.insert({names, row.bits}).second) continue;
    const NameTable* table = find(tables, names);
    if (table == nullptr) throw std::logic_error("no names called " + std::string(names));
    write_text(dir / source.translate / (table->name + ".txt"), gtkwave_translate_file(*table));
    if (!for_surfer) continue;
    write_text(dir / ".surfer" / "mappings" / (surfer_mapping_name(table->name, row.bits) + ".map"),
               surfer_mapping(*table, row.bits));
  }
}

}  // namespace

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

void write_save_files(const fs::path& dir, const std::string& name, const Picture& picture) {
  const bool for_surfer = picture.sources.size() == 1;
  for (const Source& source : picture.sources) write_names(dir, source, for_surfer);
  write_text(dir / (name + ".gtkw"), gtkwave_save_file(picture, name + ".gtkw"));
  if (for_surfer) write_text(dir / (name + ".surf.sucl"), surfer_command_file(picture, name + ".surf.sucl"));
}

const Window* window_of(sim::Cycle cycle, const std::vector<Window>& dumped) {
  const auto found = std::find_if(dumped.begin(), dumped.end(), [cycle](const Window& window) { return window.has(cycle); });
  return found == dumped.end() ? nullptr : &*found;
}

std::vector<Marker> dumped_markers(const std::vector<Marker>& markers, const std::vector<Window>& dumped) {
  std::vector<Marker> seen;
  for (const Marker& marker : markers)
    if (window_of(marker.cycle, dumped) != nullptr) seen.push_back(marker);
  std::stable_sort(seen.begin(), seen.end(), [](const Marker& a, const Marker& b) { return a.cycle < b.cycle; });
  if (seen.size() > kMarkersMax) seen.resize(kMarkersMax);
  return seen;
}

}  // namespace waves
