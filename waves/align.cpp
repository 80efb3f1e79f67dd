// SPDX-License-Identifier: Apache-2.0
#include "waves/align.h"

#include <fmt/format.h>
#include <fstapi.h>  // Verilator's copy; its code is in the Verilated models

#include <algorithm>
#include <map>
#include <memory>
#include <set>
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
  const Signal* signal = nullptr;
};

// Path -> variable, of the listed signals of one dump.
using Variables = std::map<std::string, Variable>;

Variables listed(const Source& source) {
  Variables wanted;
  for (const Row& row : all_rows(source)) wanted.emplace(row.path, Variable{}).first->second.signal = row.signal;
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
      found->second = {item->u.var.handle, item->u.var.length, static_cast<fstVarType>(item->u.var.typ), std::string(name),
                       found->second.signal};
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
      const fstHandle created =
          fstWriterCreateVar(writer_, variable.type, FST_VD_IMPLICIT, variable.bits, variable.declared.c_str(), 0);
      handles[variable.handle].push_back(created);
      all.push_back({created, variable.bits, variable.signal});
    }
    enter({});
  }

  std::unordered_map<fstHandle, std::vector<fstHandle>> handles;
  struct Created {
    fstHandle handle;
    std::uint32_t bits;
    const Signal* signal;
  };
  std::vector<Created> all;

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
  const AlignedDump& dump;
  std::vector<Change>& changes;
  std::unordered_map<fstHandle, std::string> before = {};  // the last values before the part that is taken

  void add(std::uint64_t time, fstHandle handle, const std::string& value) {
    for (const fstHandle target : declarations.handles.at(handle))
      changes.push_back(
          {static_cast<std::uint64_t>(static_cast<std::int64_t>(time) + dump.shift), changes.size(), target, value});
  }
};

void collect(void* user, std::uint64_t time, fstHandle handle, const unsigned char* value) {
  auto& to = *static_cast<Collector*>(user);
  const std::string text(reinterpret_cast<const char*>(value), to.bits.at(handle));
  if (time < to.dump.from) to.before[handle] = text;
  else if (time <= to.dump.to) to.add(time, handle, text);
}

void read_changes(void* reader, const AlignedDump& dump, const Variables& variables, const Declarations& declarations,
                  std::vector<Change>& changes) {
  std::unordered_map<fstHandle, std::uint32_t> bits;
  fstReaderClrFacProcessMaskAll(reader);
  for (const auto& [path, variable] : variables) {
    bits[variable.handle] = variable.bits;
    fstReaderSetFacProcessMask(reader, variable.handle);
  }
  const std::size_t first = changes.size();
  Collector collector{declarations, bits, dump, changes};
  if (fstReaderIterBlocks(reader, collect, &collector, nullptr) == 0)
    throw std::runtime_error(dump.fst.string() + " holds no waves that can be read");
  std::set<fstHandle> early;  // have a value of their own where the part begins
  const std::uint64_t begin = static_cast<std::uint64_t>(static_cast<std::int64_t>(dump.from) + dump.shift);
  for (std::size_t i = first; i < changes.size(); ++i)
    if (changes[i].time == begin) early.insert(changes[i].handle);
  for (const auto& [handle, value] : collector.before)
    if (!early.contains(declarations.handles.at(handle).front())) collector.add(dump.from, handle, value);
}

// The highest value of each signal that is drawn as steps, on any hart of any run, in binary.
std::map<const Signal*, std::string> highest_values(const std::vector<Change>& changes,
                                                    const std::map<fstHandle, const Signal*>& steps) {
  std::map<const Signal*, std::string> highest;
  for (const Change& change : changes) {
    const auto of = steps.find(change.handle);
    if (of == steps.end() || change.value.find_first_not_of("01") != std::string::npos) continue;
    std::string& most = highest.try_emplace(of->second, change.value.size(), '0').first->second;
    most = std::max(most, change.value);  // of one length
  }
  return highest;
}

// Where a run ends its signals become unknown; behind the end of all is the value that sets the scale.
void add_ends(const std::vector<AlignedDump>& dumps, const std::vector<std::vector<Declarations::Created>>& created,
              std::vector<Change>& changes) {
  std::map<fstHandle, const Signal*> steps;
  for (const auto& of_run : created)
    for (const auto& variable : of_run)
      if (variable.signal->radix == Radix::kAnalog) steps.emplace(variable.handle, variable.signal);
  const auto highest = highest_values(changes, steps);
  std::uint64_t end = 0;
  for (const Change& change : changes) end = std::max(end, change.time);
  for (std::size_t run = 0; run < dumps.size(); ++run) {
    std::uint64_t last = end;
    if (dumps[run].to != ~std::uint64_t{0})
      last = static_cast<std::uint64_t>(static_cast<std::int64_t>(dumps[run].to) + dumps[run].shift);
    end = std::max(end, last);
    for (const auto& variable : created[run])
      changes.push_back({last + 1, changes.size(), variable.handle, std::string(variable.bits, 'x')});
  }
  for (const auto& [handle, signal] : steps)
    if (const auto most = highest.find(signal); most != highest.end()) {
      changes.push_back({end + 2, changes.size(), handle, most->second});
      changes.push_back({end + 3, changes.size(), handle, std::string(most->second.size(), 'x')});
    }
}

}  // namespace

void align_dumps(const std::vector<AlignedDump>& dumps, const std::filesystem::path& fst) {
  const Writer writer(fstWriterCreate(fst.c_str(), 1));
  if (!writer) throw std::runtime_error("cannot write " + fst.string());
  fstWriterSetTimescale(writer.get(), -12);
  fstWriterSetPackType(writer.get(), FST_WR_PT_LZ4);
  std::vector<Change> changes;
  std::vector<std::vector<Declarations::Created>> created;
  for (const AlignedDump& dump : dumps) {
    const Reader reader(fstReaderOpen(dump.fst.c_str()));
    if (!reader) throw std::runtime_error(dump.fst.string() + " is no FST dump");
    const Variables variables = find_variables(reader.get(), dump);
    const Declarations declarations(writer.get(), dump, variables);
    read_changes(reader.get(), dump, variables, declarations, changes);
    created.push_back(declarations.all);
  }
  add_ends(dumps, created, changes);
  std::ranges::sort(changes,
                    [](const Change& a, const Change& b) { return a.time != b.time ? a.time < b.time : a.order < b.order; });
  std::uint64_t now = ~std::uint64_t{0};
  for (const Change& change : changes) {
    if (change.time != now) fstWriterEmitTimeChange(writer.get(), now = change.time);
    fstWriterEmitValueChange(writer.get(), change.handle, change.value.data());
  }
}

}  // namespace waves
