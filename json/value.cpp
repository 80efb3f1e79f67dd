// SPDX-License-Identifier: Apache-2.0
#include "json/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

namespace json {

using Library = nlohmann::ordered_json;

namespace {

Value from_library(const Library& node) {
  switch (node.type()) {
    case Library::value_t::boolean: return node.get<bool>();
    case Library::value_t::number_integer: return node.get<std::int64_t>();
    case Library::value_t::number_unsigned: return node.get<std::uint64_t>();
    case Library::value_t::number_float: return node.get<double>();
    case Library::value_t::string: return node.get_ref<const std::string&>();
    case Library::value_t::array: {
      Value out = Value::array();
      for (const Library& child : node) out.push_back(from_library(child));
      return out;
    }
    case Library::value_t::object: {
      Value out = Value::object();
      for (const auto& [key, child] : node.items()) out[key] = from_library(child);
      return out;
    }
    default: return nullptr;
  }
}

}  // namespace

struct ToLibrary {
  Library operator()(std::monostate) const { return nullptr; }
  Library operator()(const Value::Array& values) const {
    Library out = Library::array();
    for (const Value& value : values) out.push_back(of(value));
    return out;
  }
  Library operator()(const Value::Object& members) const {
    Library out = Library::object();
    for (const auto& [key, value] : members) out[key] = of(value);
    return out;
  }
  template <typename Scalar>
  Library operator()(const Scalar& scalar) const {
    return scalar;
  }
  static Library of(const Value& value) { return std::visit(ToLibrary{}, value.data_); }
};

Value::Value() = default;
Value::Value(std::nullptr_t) {}
Value::Value(double value) : data_(value) {}
Value::Value(std::string value) : data_(std::move(value)) {}
Value::Value(std::string_view value) : data_(std::string(value)) {}
Value::Value(const char* value) : data_(std::string(value)) {}
Value::Value(std::initializer_list<Member> members) : data_(Object(members)) {}
Value::Value(Data data) : data_(std::move(data)) {}
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value Value::array(std::initializer_list<Value> values) { return Value(Data(Array(values))); }
Value Value::object() { return Value(Data(Object())); }

bool Value::is_null() const { return std::holds_alternative<std::monostate>(data_); }
bool Value::is_object() const { return std::holds_alternative<Object>(data_); }
bool Value::is_array() const { return std::holds_alternative<Array>(data_); }
bool Value::is_string() const { return std::holds_alternative<std::string>(data_); }
bool Value::is_number() const { return is_integer() || std::holds_alternative<double>(data_); }
bool Value::is_integer() const {
  return std::holds_alternative<std::int64_t>(data_) || std::holds_alternative<std::uint64_t>(data_);
}

std::string_view Value::kind() const {
  static constexpr std::array<std::string_view, std::variant_size_v<Data>> kNames{"null",   "true or false", "integer", "integer",
                                                                                  "number", "text",          "list",    "object"};
  return kNames[data_.index()];
}

void Value::is_no(std::string_view wanted) const { throw Error(fmt::format("{} is wanted, not {}", wanted, dump())); }

std::size_t Value::size() const {
  if (const auto* members = std::get_if<Object>(&data_)) return members->size();
  if (const auto* values = std::get_if<Array>(&data_)) return values->size();
  return 0;
}

const Value* Value::find(std::string_view key) const {
  const auto* members = std::get_if<Object>(&data_);
  if (!members) return nullptr;
  const auto member = std::ranges::find(*members, key, &Member::key);
  return member == members->end() ? nullptr : &member->value;
}

const Value& Value::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  throw Error(is_object() ? fmt::format("no member '{}'", key)
                          : fmt::format("an object with '{}' is wanted, not a {}", key, kind()));
}

const Value& Value::at(std::size_t index) const {
  const Array& values = elements();
  if (index >= values.size()) throw Error(fmt::format("no value {} in a list of {}", index, values.size()));
  return values[index];
}

Value& Value::operator[](std::string_view key) {
  if (is_null()) data_ = Object();
  if (const Value* value = find(key)) return const_cast<Value&>(*value);  // of this, which is not const
  auto* members = std::get_if<Object>(&data_);
  if (!members) is_no("an object");
  return members->emplace_back(Member{std::string(key), {}}).value;
}

Value& Value::operator[](std::size_t index) { return const_cast<Value&>(at(index)); }

const Value::Object& Value::items() const {
  if (const auto* members = std::get_if<Object>(&data_)) return *members;
  is_no("an object");
}

const Value::Array& Value::elements() const {
  if (const auto* values = std::get_if<Array>(&data_)) return *values;
  is_no("a list");
}

Value::Array::const_iterator Value::begin() const { return elements().begin(); }
Value::Array::const_iterator Value::end() const { return elements().end(); }

void Value::push_back(Value value) {
  if (is_null()) data_ = Array();
  auto* values = std::get_if<Array>(&data_);
  if (!values) is_no("a list");
  values->push_back(std::move(value));
}

void Value::update(const Value& other) {
  for (const auto& [key, value] : other.items()) (*this)[key] = value;
}

void Value::erase(std::string_view key) {
  if (auto* members = std::get_if<Object>(&data_))
    std::erase_if(*members, [key](const Member& member) { return member.key == key; });
}

bool Value::boolean() const {
  if (const bool* value = std::get_if<bool>(&data_)) return *value;
  is_no("true or false");
}

const std::string& Value::text() const {
  if (const auto* value = std::get_if<std::string>(&data_)) return *value;
  is_no("a text");
}

double Value::number() const {
  if (const auto* value = std::get_if<double>(&data_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&data_)) return static_cast<double>(*value);
  is_no("a number");
}

std::string Value::dump(int indent) const {
  return ToLibrary::of(*this).dump(indent, ' ', false, Library::error_handler_t::replace);
}

bool operator==(const Value& a, const Value& b) {
  const auto* positive = std::get_if<std::uint64_t>(&a.data_);
  const auto* other_positive = std::get_if<std::uint64_t>(&b.data_);
  const auto* integer = std::get_if<std::int64_t>(&a.data_);
  const auto* other_integer = std::get_if<std::int64_t>(&b.data_);
  if (positive && other_integer) return std::cmp_equal(*positive, *other_integer);
  if (integer && other_positive) return std::cmp_equal(*integer, *other_positive);
  if (a.is_number() && b.is_number() && a.data_.index() != b.data_.index()) return a.number() == b.number();
  return a.data_ == b.data_;
}

std::ostream& operator<<(std::ostream& out, const Value& value) { return out << value.dump(); }

Value parse(std::string_view text) {
  try {
    return from_library(Library::parse(text));
  } catch (const Library::exception& error) {
    throw Error(error.what());
  }
}

Value read_file(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw Error(fmt::format("{}: cannot be read", file.string()));
  try {
    return from_library(Library::parse(stream));
  } catch (const Library::exception& error) {
    throw Error(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace json
