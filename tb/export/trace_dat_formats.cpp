// SPDX-License-Identifier: Apache-2.0
#include "tb/export/trace_dat_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tb/export/bytes.h"
#include "tb/export/ring_pages.h"
#include "tb/export/shapes.h"

namespace tb::exports {
namespace {

constexpr std::size_t kCommBytes = 16;
constexpr unsigned kFirstId = 100;  // of the events; below it are those of ftrace itself

struct Type {
  const char* declaration;
  unsigned bytes;
  bool is_signed;
  const char* print;  // its conversion
};

Type type_of(Kind kind) {
  switch (kind) {
    case Kind::kU32: return {"unsigned int {}", 4, false, "%u"};
    case Kind::kS32: return {"int {}", 4, true, "%d"};
    case Kind::kU64: return {"u64 {}", 8, false, "%llu"};
    case Kind::kS64: return {"s64 {}", 8, true, "%lld"};
    case Kind::kBool: return {"bool {}", 1, false, "%s"};
    case Kind::kComm: return {"char {}[16]", kCommBytes, false, "%s"};
    case Kind::kText: return {"__data_loc char[] {}", 4, false, "%s"};
    case Kind::kEnum: return {"unsigned short {}", 2, false, "%s"};
  }
  return {};
}

// The offset of each field, each at a multiple of its size, and the end of the last one.
struct Layout {
  std::array<std::size_t, kShapeFieldsMax> offsets{};
  std::size_t end = 8;  // of the fields that all events have
};

Layout layout_of(const Shape& shape) {
  Layout layout;
  for (std::size_t i = 0; i < shape.fields.size(); ++i) {
    const Kind kind = shape.fields[i].kind;
    const std::size_t bytes = type_of(kind).bytes;
    const std::size_t align = kind == Kind::kComm ? 1 : bytes;
    layout.offsets[i] = (layout.end + align - 1) / align * align;
    layout.end = layout.offsets[i] + bytes;
  }
  return layout;
}

const Layout& layout(std::uint8_t event) {
  static const auto* const all = [] {
    auto* layouts = new std::vector<Layout>;  // lives as long as the process
    for (const Shape& shape : shapes()) layouts->push_back(layout_of(shape));
    return layouts;
  }();
  return (*all)[event];
}

std::string print_argument(const ShapeField& field) {
  if (field.kind == Kind::kText) return fmt::format("__get_str({})", field.name);
  if (field.kind == Kind::kBool) return fmt::format("REC->{} ? \"true\" : \"false\"", field.name);
  if (field.kind != Kind::kEnum) return fmt::format("REC->{}", field.name);
  std::string names;
  for (const auto& name : field.values->names) names += fmt::format(", {{ {}, \"{}\" }}", name.value, name.name);
  return fmt::format("__print_symbolic(REC->{}{})", field.name, names);
}

std::string print_fmt(const Shape& shape) {
  if (!shape.print_fmt.empty()) return shape.print_fmt;
  std::string text, arguments;
  for (const ShapeField& field : shape.fields) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", field.name, type_of(field.kind).print);
    arguments += ", " + print_argument(field);
  }
  return fmt::format("\"{}\"{}", text, arguments);
}

std::string field_line(std::string_view declaration, std::size_t offset, unsigned bytes, bool is_signed) {
  return fmt::format("\tfield:{};\toffset:{};\tsize:{};\tsigned:{};\n", declaration, offset, bytes, is_signed ? 1 : 0);
}

}  // namespace

std::string header_page() {
  return field_line(" u64 timestamp", 0, 8, false) + field_line(" local_t commit", 8, 8, true) +
         field_line(" int overwrite", 8, 1, true) + field_line(" char data", kPageHeadBytes, kPageBytes - kPageHeadBytes, true);
}

std::string format_of(std::uint8_t event) {
  const Shape& shape = shapes()[event];
  const Layout& places = layout(event);
  std::string text = fmt::format("name: {}\nID: {}\nformat:\n", shape.name, kFirstId + event);
  text += field_line("unsigned short common_type", 0, 2, false) + field_line("unsigned char common_flags", 2, 1, false) +
          field_line("unsigned char common_preempt_count", 3, 1, false) + field_line("int common_pid", 4, 4, true) + "\n";
  for (std::size_t i = 0; i < shape.fields.size(); ++i) {
    const Type type = type_of(shape.fields[i].kind);
    text += field_line(fmt::format(fmt::runtime(type.declaration), shape.fields[i].name), places.offsets[i], type.bytes,
                       type.is_signed);
  }
  return text + "\nprint fmt: " + print_fmt(shape) + "\n";
}

void put_record(std::string& out, const Record& record) {
  const std::uint8_t event = record.event.id;
  const std::vector<ShapeField>& fields = shapes()[event].fields;
  const Layout& places = layout(event);
  const ShapeValues shape_values = shaped(record);
  const auto values = shape_values.all();
  const std::size_t begin = out.size();
  put(out, kFirstId + event, 2);
  put(out, trace_flags(record.hart()), 1);
  put(out, 0, 1);
  put(out, record.hart().pid, 4);
  out.resize(begin + places.end, '\0');
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t at = begin + places.offsets[i];
    const std::string_view text = values[i].text;
    switch (fields[i].kind) {
      case Kind::kComm:
        std::copy_n(text.begin(), std::min(text.size(), kCommBytes - 1), out.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case Kind::kText: {
        const std::size_t from = out.size() - begin;
        put_cstring(out, text);
        put_at(out, at, (out.size() - begin - from) << 16 | from, 4);
        break;
      }
      default: put_at(out, at, values[i].number, type_of(fields[i].kind).bytes);
    }
  }
}

}  // namespace tb::exports
