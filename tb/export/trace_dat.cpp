// SPDX-License-Identifier: Apache-2.0
#include "tb/export/trace_dat.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "tb/export/bytes.h"
#include "tb/export/output.h"
#include "tb/export/ring_pages.h"
#include "tb/export/shapes.h"
#include "tb/export/trace_dat_formats.h"

namespace tb::exports {
namespace {

using namespace std::string_literals;

constexpr const char* kHeaderEvent =
    "# compressed entry header\n"
    "\ttype_len    :    5 bits\n"
    "\ttime_delta  :   27 bits\n"
    "\tarray       :   32 bits\n"
    "\n"
    "\tpadding     : type == 29\n"
    "\ttime_extend : type == 30\n"
    "\ttime_stamp : type == 31\n"
    "\tdata max type_len  == 28\n";

void put_sized(std::string& out, const std::string& text, unsigned bytes) {
  put(out, text.size(), bytes);
  out += text;
}

void put_formats(std::string& out) {
  std::map<std::string, std::vector<std::string>> systems;
  for (std::size_t event = 0; event < shapes().size(); ++event)
    systems[shapes()[event].system].push_back(format_of(static_cast<std::uint8_t>(event)));
  put(out, systems.size(), 4);
  for (const auto& [system, formats] : systems) {
    put_cstring(out, system);
    put(out, formats.size(), 4);
    for (const std::string& format : formats) put_sized(out, format, 8);
  }
}

// All that comes before the pages, but where they are.
std::string head_of(const HartStates& states) {
  std::string out = "\x17\x08\x44tracing"s;
  put_cstring(out, "6");
  put(out, 0, 1);  // little endian
  put(out, 8, 1);  // bytes of a long
  put(out, kPageBytes, 4);
  put_cstring(out, "header_page");
  put_sized(out, header_page(), 8);
  put_cstring(out, "header_event");
  put_sized(out, kHeaderEvent, 8);
  put(out, 0, 4);  // formats of ftrace's own events
  put_formats(out);
  put(out, 0, 4);  // kallsyms
  put(out, 0, 4);  // formats of trace_printk
  std::string names;
  for (const auto& [pid, task] : states.tasks()) names += fmt::format("{} {}\n", pid, task.comm);
  put_sized(out, names, 8);
  return out;
}

class TraceDatWriter : public Writer {
 public:
  TraceDatWriter(const std::filesystem::path& file, const Machine& machine) : file_(file) {
    for (unsigned hart = 0; hart < machine.harts; ++hart)
      harts_.push_back(std::make_unique<RingPages>(fmt::format("{}.cpu{}", file.string(), hart)));
  }

  void write(const Record& record) override {
    bytes_.clear();
    put_record(bytes_, record);
    harts_[record.event.hart]->add(record.ns, bytes_);
  }

  void finish(const End& end) override {
    std::string head = head_of(end.states);
    put(head, harts_.size(), 4);
    head += "options  \0"s;
    put(head, 0, 2);  // no option
    head += "flyrecord\0"s;
    std::uint64_t at = (head.size() + harts_.size() * 16 + kPageBytes - 1) / kPageBytes * kPageBytes;
    const std::uint64_t begin = at;
    for (const auto& hart : harts_) {
      hart->close();
      put(head, at, 8);
      put(head, hart->size(), 8);
      at += hart->size();
    }
    head.resize(begin, '\0');
    file_.write(head);
    for (const auto& hart : harts_) hart->copy_to(file_);
    file_.commit();
  }

 private:
  OutputFile file_;
  std::vector<std::unique_ptr<RingPages>> harts_;
  std::string bytes_;
};

}  // namespace

std::unique_ptr<Writer> trace_dat_writer(const std::filesystem::path& file, const Machine& machine) {
  return std::make_unique<TraceDatWriter>(file, machine);
}

}  // namespace tb::exports
