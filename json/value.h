// SPDX-License-Identifier: Apache-2.0
// JSON as data: a tree whose objects keep the order in which their members were written. Parser and printer are
// nlohmann-json's; its headers cost seconds in each file that includes them, so that only value.cpp does.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iosfwd>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace json {

// A text that is no JSON, a member that is not there, or a value of another kind.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Member;

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;

  Value();  // null
  Value(std::nullptr_t);
  template <std::same_as<bool> Bool>
  Value(Bool value) : Value(Data(value)) {}
  template <std::signed_integral Int>
  Value(Int value) : Value(Data(std::int64_t{value})) {}
  template <std::unsigned_integral Int>
  requires(!std::same_as<Int, bool>) Value(Int value) : Value(Data(std::uint64_t{value})) {}
  Value(double value);
  Value(std::string value);
  Value(std::string_view value);
  Value(const char* value);
  Value(std::initializer_list<Member> members);  // an object
  // Null if there is none.
  template <typename T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value()) {}
  template <typename T>
  Value(const std::vector<T>& values) : Value(array()) {
    for (const T& value : values) push_back(Value(value));
  }
  template <typename Key, typename T>
  Value(const std::map<Key, T>& members) : Value(object()) {
    for (const auto& [key, value] : members) (*this)[key] = value;
  }

  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  [[nodiscard]] static Value array(std::initializer_list<Value> values = {});
  [[nodiscard]] static Value object();

  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_integer() const;

  // Members of an object, values of an array; 0 for anything else.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  // Null: this is no object, or has no such member.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }
  // Throws Error, as the next: no such member or place.
  [[nodiscard]] const Value& at(std::string_view key) const;
  [[nodiscard]] const Value& at(std::size_t index) const;
  [[nodiscard]] const Value& operator[](std::string_view key) const { return at(key); }
  [[nodiscard]] const Value& operator[](std::size_t index) const { return at(index); }
  // Adds the member if there is none of that name; null becomes an object. Throws Error.
  Value& operator[](std::string_view key);
  [[nodiscard]] Value& operator[](std::size_t index);

  // The members of an object. Throws Error, as the next.
  [[nodiscard]] const Object& items() const;
  // The values of an array.
  [[nodiscard]] const Array& elements() const;
  [[nodiscard]] Array::const_iterator begin() const;
  [[nodiscard]] Array::const_iterator end() const;

  // Null becomes an array. Throws Error.
  void push_back(Value value);
  // Sets each member of `other`.
  void update(const Value& other);
  void erase(std::string_view key);

  // bool, numbers, std::string, vectors and maps of them. Throws Error if it is none, or a number that does not fit.
  template <typename T>
  [[nodiscard]] T get() const {
    if constexpr (std::same_as<T, Value>) return *this;
    else if constexpr (std::same_as<T, bool>) return boolean();
    else if constexpr (std::same_as<T, std::string>) return text();
    else if constexpr (std::floating_point<T>) return static_cast<T>(number());
    else if constexpr (std::integral<T>) return integer<T>();
    else return collection(static_cast<T*>(nullptr));
  }
  // The member's value, or `otherwise` if there is no such member. Throws Error if it is of another kind.
  template <typename T>
  [[nodiscard]] T value(std::string_view key, T otherwise) const {
    const Value* member = find(key);
    return member ? member->get<T>() : otherwise;
  }
  [[nodiscard]] std::string value(std::string_view key, const char* otherwise) const {
    return value(key, std::string(otherwise));
  }

  // One line, or one line per value, indented by that many blanks. Bytes that are no UTF-8 are replaced.
  [[nodiscard]] std::string dump(int indent = -1) const;

  // Numbers are equal if their values are.
  friend bool operator==(const Value& a, const Value& b);
  // Throws Error if this is no number.
  friend std::partial_ordering operator<=>(const Value& a, double b) { return a.number() <=> b; }
  friend std::ostream& operator<<(std::ostream& out, const Value& value);

 private:
  using Data = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object>;
  explicit Value(Data data);
  friend struct ToLibrary;  // of value.cpp

  [[nodiscard]] std::string_view kind() const;
  [[noreturn]] void is_no(std::string_view wanted) const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] double number() const;
  template <typename Int>
  [[nodiscard]] Int integer() const {
    if (const auto* number = std::get_if<std::int64_t>(&data_); number && std::in_range<Int>(*number))
      return static_cast<Int>(*number);
    if (const auto* number = std::get_if<std::uint64_t>(&data_); number && std::in_range<Int>(*number))
      return static_cast<Int>(*number);
    is_no(is_integer() ? "a number in range" : "an integer");
  }
  template <typename T>
  [[nodiscard]] std::vector<T> collection(std::vector<T>*) const;
  template <typename T>
  [[nodiscard]] std::map<std::string, T> collection(std::map<std::string, T>*) const;

  Data data_;
};

struct Member {
  std::string key;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

template <typename T>
std::vector<T> Value::collection(std::vector<T>*) const {
  std::vector<T> out;
  for (const Value& value : elements()) out.push_back(value.get<T>());
  return out;
}

template <typename T>
std::map<std::string, T> Value::collection(std::map<std::string, T>*) const {
  std::map<std::string, T> out;
  for (const Member& member : items()) out.emplace(member.key, member.value.get<T>());
  return out;
}

// Throws Error, which says where the text is no JSON.
[[nodiscard]] Value parse(std::string_view text);
// Throws Error: no such file, or no JSON.
[[nodiscard]] Value read_file(const std::filesystem::path& file);

}  // namespace json
