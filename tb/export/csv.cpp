// SPDX-License-Identifier: Apache-2.0
#include "tb/export/csv.h"

#include <vector>

#include "tb/export/output.h"
#include "tb/export/text.h"

namespace tb::exports {
namespace {

void append_quoted(Text& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return append(out, text);
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

bool is_ours(const std::string& name) {
  return name.ends_with(".csv") && event_log::find_event(name.substr(0, name.size() - 4)) != nullptr;
}

class CsvWriter : public Writer {
 public:
  explicit CsvWriter(const std::filesystem::path& dir) {
    make_directory("--csv", dir, is_ours);
    for (const auto& type : trace::schema::kEvents) {
      files_.push_back(std::make_unique<OutputFile>(dir / (std::string(type.name) + ".csv")));
      std::string head = "cycle,ns,hart";
      for (const auto& field : type.fields) head += "," + std::string(field.name);
      files_.back()->write(head + "\r\n");
    }
  }

  void write(const Record& record) override {
    const auto& event = record.event;
    const auto& fields = event_log::type_of(event.id).fields;
    line_.clear();
    fmt::format_to(std::back_inserter(line_), "{},{},{}", event.cycle, record.ns, event.hart);
    for (std::size_t i = 0; i < event.fields.size(); ++i) {
      line_.push_back(',');
      if (event.fields[i].text.empty()) append_value(line_, event.fields[i], fields[i]);
      else append_quoted(line_, event.fields[i].text);
    }
    append(line_, "\r\n");
    files_[event.id]->write({line_.data(), line_.size()});
  }

  void finish(const End&) override {
    for (const auto& file : files_) file->commit();
  }

 private:
  std::vector<std::unique_ptr<OutputFile>> files_;  // by event
  Text line_;
};

}  // namespace

std::unique_ptr<Writer> csv_writer(const std::filesystem::path& dir) { return std::make_unique<CsvWriter>(dir); }

}  // namespace tb::exports
