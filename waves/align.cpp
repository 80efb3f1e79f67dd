// SPDX-License-Identifier: Apache-2.0
#include "waves/align.h"

#include <fmt/format.h>
#include <fstapi.h>  // Verilator's copy; its code is in the Verilated models

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "waves/layout.h"

namespace waves {

namespace {

struct CloseReader {
  void operator()(void* reader) const { fstReaderClose(reader); }
};
struct CloseWriter {
  void operator()(void* writer) const { fstWriterClose(writer); }
};
using Reader = std::unique_ptr<void, CloseReader>;
using Writer = std::unique_ptr<void, CloseWriter>;

struct Variable {
  fstHandle handle = 0;
  std::uint32_t bits = 0;
  fstVarType type = FST_VT_VCD_WIRE;
  std::string declared;  // its name, with the range if it has one
};

// Path -> variable, of the listed signals of one dump.
using Variables = std::map<std::string, Variable>;

Variables listed(const Source& source) {
  Variables wanted;
  for (const Row& row : all_rows(source)) wanted.emplace(row.path, Variable{});
  return wanted;
}

Variables find_variables(void* reader, const AlignedDump& dump) {
  Variables wanted = listed(dump.source);
  std::vector<std::string> scopes;
  fstReaderIterateHierRewind(reader);
  while (const fstHier* item = fstReaderIterateHier(reader)) {
    if (item->htyp == FST_HT_SCOPE) scopes.emplace_back(item->u.scope.name, item->u.scope.name_length);
    else if (item->htyp == FST_HT_UPSCOPE) scopes.pop_back();
    if (item->htyp != FST_HT_VAR) continue;
    std::string path;
    for (const std::string& scope : scopes) path += scope + '.';
    const std::string_view name(item->u.var.name, item->u.var.name_length);
    path += name.substr(0, name.find(' '));  // without its range
    if (const auto found = wanted.find(path); found != wanted.end())
      found->second = {item->u.var.handle, item->u.var.length, static_cast<fstVarType>(item->u.var.typ), std::string(name)};
  }
  for (const auto& [path, variable] : wanted)
    if (variable.handle == 0) throw std::runtime_error(fmt::format("{} holds no {}", dump.fst.string(), path));
  return wanted;
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    parts.push_back(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  parts.push_back(path);
  return parts;
}

// The variables with their scopes, and which new handles an old one goes to.
class Declarations {
 public:
  Declarations(void* writer, const AlignedDump& dump, const Variables& variables) : writer_(writer) {
    for (const auto& [path, variable] : variables) {
      auto parts = split(path);
      parts.front() = dump.scope;
      parts.pop_back();
      enter(parts);
      handles[variable.handle].push_back(
          fstWriterCreateVar(writer_, variable.type, FST_VD_IMPLICIT, variable.bits, variable.declared.c_str(), 0));
    }
    enter({});
  }

  std::unordered_map<fstHandle, std::vector<fstHandle>> handles;

 private:
  void enter(const std::vector<std::string_view>& scopes) {
    std::size_t common = 0;
    while (common < scopes.size() && common < open_.size() && scopes[common] == open_[common]) ++common;
    for (; open_.size() > common; open_.pop_back()) fstWriterSetUpscope(writer_);
    for (; open_.size() < scopes.size(); open_.emplace_back(scopes[open_.size()]))
      fstWriterSetScope(writer_, FST_ST_VCD_MODULE, std::string(scopes[open_.size()]).c_str(), nullptr);
  }

  void* writer_;
  std::vector<std::string> open_;
};

struct Change {
  std::uint64_t time;
  std::uint64_t order;  // as they were read: of one signal and time the last one counts
  fstHandle handle;
  std::string value;
};

struct Collector {
  const Declarations& declarations;
  const std::unordered_map<fstHandle, std::uint32_t>& bits;
  std::int64_t shift;
  std::vector<Change>& changes;
};

void collect(void* user, std::uint64_t time, fstHandle handle, const unsigned char* value) {
  auto& to = *static_cast<Collector*>(user);
  const std::string text(reinterpret_cast<const char*>(value), to.bits.at(handle));
  for (const fstHandle target : to.declarations.handles.at(handle))
    to.changes.push_back(
        {static_cast<std::uint64_t>(static_cast<std::int64_t>(time) + to.shift), to.changes.size(), target, text});
}

void read_changes(void* reader, const AlignedDump& dump, const Variables& variables, const Declarations& declarations,
                  std::vector<Change>& changes) {
  std::unordered_map<fstHandle, std::uint32_t> bits;
  fstReaderClrFacProcessMaskAll(reader);
  for (const auto& [path, variable] : variables) {
    bits[variable.handle] = variable.bits;
    fstReaderSetFacProcessMask(reader, variable.handle);
  }
  Collector collector{declarations, bits, dump.shift, changes};
  if (fstReaderIterBlocks(reader, collect, &collector, nullptr) == 0)
    throw std::runtime_error(dump.fst.string() + " holds no waves that can be read");
}

}  // namespace

void align_dumps(const std::vector<AlignedDump>& dumps, const std::filesystem::path& fst) {
  const Writer writer(fstWriterCreate(fst.c_str(), 1));
  if (!writer) throw std::runtime_error("cannot write " + fst.string());
  fstWriterSetTimescale(writer.get(), -12);
  fstWriterSetPackType(writer.get(), FST_WR_PT_LZ4);
  std::vector<Change> changes;
  for (const AlignedDump& dump : dumps) {
    const Reader reader(fstReaderOpen(dump.fst.c_str()));
    if (!reader) throw std::runtime_error(dump.fst.string() + " is no FST dump");
    const Variables variables = find_variables(reader.get(), dump);
    const Declarations declarations(writer.get(), dump, variables);
    read_changes(reader.get(), dump, variables, declarations, changes);
  }
  std::ranges::sort(changes,
                    [](const Change& a, const Change& b) { return a.time != b.time ? a.time < b.time : a.order < b.order; });
  std::uint64_t now = ~std::uint64_t{0};
  for (const Change& change : changes) {
    if (change.time != now) fstWriterEmitTimeChange(writer.get(), now = change.time);
    fstWriterEmitValueChange(writer.get(), change.handle, change.value.data());
  }
}

}  // namespace waves
