// SPDX-License-Identifier: Apache-2.0
#include "log/printer.h"

#include <fmt/format.h>

#include "json/value.h"

namespace event_log {

namespace {

using trace::schema::FieldType;

std::string as_json(const EventView& event) {
  const auto& type = type_of(event.id);
  json::Value line{{"cycle", event.cycle}, {"hart", event.hart}, {"event", type.name}};
  for (std::size_t i = 0; i < event.fields.size(); ++i) {
    const Value& value = event.fields[i];
    const std::string name(type.fields[i].name);
    switch (type.fields[i].type) {
      case FieldType::kU64: line[name] = value.number; break;
      case FieldType::kS64: line[name] = static_cast<std::int64_t>(value.number); break;
      case FieldType::kBool: line[name] = value.number != 0; break;
      default: line[name] = to_string(value, type.fields[i]);
    }
  }
  // Texts come from policies: bytes that are no UTF-8 are replaced rather than refused.
  return line.dump();
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

// RFC 4180.
std::string csv_quoted(const std::string& text) {
  return text.find_first_of(",\"\r\n") == std::string::npos ? text : quoted(text);
}

// A value that would not end where it ends, among others on one line, is quoted as a field of CSV is.
std::string value_quoted(const std::string& text) {
  return text.empty() || text.find_first_of(" =\"") != std::string::npos ? quoted(text) : text;
}

// One column for all fields: events differ in what they have.
std::string as_csv(const EventView& event) {
  const auto& type = type_of(event.id);
  std::string fields;
  for (std::size_t i = 0; i < event.fields.size(); ++i)
    fields += fmt::format("{}{}={}", i ? " " : "", type.fields[i].name, value_quoted(to_string(event.fields[i], type.fields[i])));
  return fmt::format("{},{},{},{}", event.cycle, event.hart, type.name, csv_quoted(fields));
}

}  // namespace

std::string format_event(const EventView& event, Format format) {
  switch (format) {
    case Format::kJson: return as_json(event);
    case Format::kCsv: return as_csv(event);
    case Format::kText: break;
  }
  return fmt::format("{:>12}  hart {:<2}  {}", event.cycle, event.hart, to_string(event));
}

std::string format_header(Format format) { return format == Format::kCsv ? "cycle,hart,event,fields" : ""; }

LogExtent print_log(const std::string& path, Filter filter, Format format, std::FILE* out, std::FILE* diagnostics) {
  LogReader reader(path);
  if (const std::string header = format_header(format); !header.empty()) fmt::print(out, "{}\n", header);
  EventView event;
  while (reader.next(event))
    if (filter.accepts(event)) fmt::print(out, "{}\n", format_event(event, format));
  for (const std::string& what : filter.never_seen()) fmt::print(diagnostics, "{}: no event has {}\n", path, what);
  return reader.extent();
}

}  // namespace event_log
