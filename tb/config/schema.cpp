// SPDX-License-Identifier: Apache-2.0
#include "tb/config/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "log/decode.h"
#include "tb/config/costs.h"
#include "tb/config/keys.h"
#include "tb/monitor/metrics.h"

namespace tb::config {

namespace {

using keys::SectionId;
using keys::Value;
using Type = keys::Value::Type;

const json::Value kScalarTypes = json::Value::array({"string", "number", "boolean"});
constexpr std::string_view kNamePattern = "^[A-Za-z0-9_][A-Za-z0-9_-]*$";

json::Value integer(std::int64_t min, std::int64_t max) {
  json::Value out{{"type", "integer"}};
  if (min != keys::kAnyMin) out["minimum"] = min;
  if (max != keys::kAnyMax) out["maximum"] = max;
  return out;
}

json::Value pair_or_one(const json::Value& item) {
  const json::Value pair{{"type", "array"}, {"items", item}, {"minItems", 2}, {"maxItems", 2}};
  return {{"anyOf", json::Value::array({item, pair})}};
}

template <typename Names>
json::Value one_of_names(const Names& names) {
  json::Value list = json::Value::array();
  for (const auto& name : names) list.push_back(std::string(name));
  return {{"enum", list}};
}

std::set<std::string> field_names() {
  std::set<std::string> names;
  for (const auto& event : trace::schema::kEvents)
    for (const auto& field : event.fields) names.emplace(field.name);
  return names;
}

class Generator {
 public:
  explicit Generator(const Library& library) : library_(library) {}

  // What the schemas made so far refer to, by name: directly or through each other.
  [[nodiscard]] const json::Value& definitions() const { return definitions_; }

  [[nodiscard]] json::Value value(const Value& value) {
    switch (value.type) {
      case Type::kInteger: return integer(value.min, value.max);
      case Type::kRange: return pair_or_one(integer(value.min, value.max));
      case Type::kBool: return {{"enum", json::Value::array({true, false, "on", "off"})}};
      case Type::kTrue: return {{"enum", json::Value::array({true, "on"})}};
      case Type::kText: return {{"type", kScalarTypes}, {"minLength", value.min}, {"maxLength", value.max}};
      case Type::kIdentifier:
        return {{"type", json::Value::array({"string", "integer"})}, {"pattern", kNamePattern}, {"maxLength", value.max}};
      case Type::kName: return one_of_names(value.names);
      case Type::kMap: return ref(value.section);
      case Type::kList: return list(value);
      case Type::kEither: return either(value);
      case Type::kNull: return {{"type", "null"}};
      case Type::kEvent: return ref("name of an event", [] { return one_of_names(event_log::event_names()); });
      case Type::kScalar: return {{"type", kScalarTypes}};
      case Type::kWhere: return ref("fields of an event", [this] { return where(); });
      case Type::kMetric: return metric();
      case Type::kPolicy: return one_of_names(policy_names(library_));
      case Type::kOptions: return {{"type", "object"}};
      case Type::kCosts: return costs();
      case Type::kVariants: return variants();
      case Type::kPress: return {{"type", "string"}, {"pattern", "^sysrq-[a-z]$"}};
      case Type::kPaths: return {{"type", "object"}, {"minProperties", 1}};
      case Type::kLevels: return levels();
    }
    throw std::logic_error("a type of value without a schema");
  }

  [[nodiscard]] json::Value section_schema(SectionId id) {
    const keys::Section& section = keys::section(id);
    json::Value properties = json::Value::object(), needed = json::Value::array(), rules = json::Value::array();
    for (const keys::Key& key : section.keys) {
      json::Value property = value(key.value);
      if (property.contains("$ref"))
        property = {{"allOf", json::Value::array({property})}};  // beside a $ref, draft 7 reads nothing
      property["description"] = std::string(key.says);
      properties[std::string(key.name)] = std::move(property);
      if (key.needed) needed.push_back(std::string(key.name));
    }
    if (section.event_fields)
      for (const std::string& field : field_names())
        if (!properties.contains(field)) properties[field] = field_condition();
    for (const keys::Group& group : section.groups) rules.push_back(group_rule(group));
    for (const keys::Tie& tie : section.ties) rules.push_back(tie_rule(tie));
    for (const keys::ValueTie& tie : section.value_ties) rules.push_back(value_tie_rule(tie));
    if (section.id == SectionId::kHardware) rules.push_back(complete_or_based());
    if (section.id == SectionId::kScheduler) add_policy_options(rules);
    json::Value out{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
    if (!needed.empty()) out["required"] = needed;
    if (!rules.empty()) out["allOf"] = rules;
    return out;
  }

 private:
  // A reference to the definition of that title, which is made at the first one.
  template <typename Make>
  [[nodiscard]] json::Value ref(std::string_view title, Make make) {
    std::string name(title);
    std::ranges::replace(name, ' ', '_');  // a reference is a URI
    if (!definitions_.contains(name)) {
      definitions_[name] = nullptr;  // a definition may refer to itself
      definitions_[name] = make();
    }
    return {{"$ref", fmt::format("#/definitions/{}", name)}};
  }

  [[nodiscard]] json::Value ref(SectionId id) {
    const keys::Name title = keys::section(id).title;
    return ref(title, [this, id, title] {
      json::Value out{{"title", std::string(title)}};
      out.update(section_schema(id));
      return out;
    });
  }

  [[nodiscard]] json::Value field_condition() {
    return ref("condition on a field", [this] {
      return json::Value{{"anyOf", json::Value::array({{{"type", kScalarTypes}}, ref(SectionId::kCompare)})}};
    });
  }

  [[nodiscard]] json::Value where() {
    return {{"type", "object"},
            {"minProperties", 1},
            {"propertyNames", one_of_names(field_names())},
            {"additionalProperties", field_condition()}};
  }

  [[nodiscard]] json::Value list(const Value& value) {
    json::Value out{{"type", "array"}, {"items", this->value(value.forms[0])}, {"minItems", value.min}, {"maxItems", value.max}};
    if (value.unique) out["uniqueItems"] = true;
    return out;
  }

  [[nodiscard]] json::Value either(const Value& value) {
    json::Value forms = json::Value::array();
    for (const Value& form : value.forms) forms.push_back(this->value(form));
    return {{"anyOf", forms}};
  }

  [[nodiscard]] static json::Value levels() {
    const json::Value list{{"type", "array"}, {"items", {{"type", kScalarTypes}}}, {"minItems", 1}};
    const json::Value text{{"type", "string"}, {"pattern", "^-?[0-9]+\\.\\.-?[0-9]+( step [0-9]+| log( [0-9]+)?)?$"}};
    return {{"anyOf", json::Value::array({list, text})}};
  }

  [[nodiscard]] static json::Value metric() {
    std::vector<std::string> names = monitor::metric_paths();
    for (const std::string& name : monitor::per_hart_metric_paths()) names.push_back(name);
    std::string of_tasks;
    for (const std::string& path : monitor::task_metric_paths()) of_tasks += (of_tasks.empty() ? "" : "|") + path;
    const std::string pattern = fmt::format("^tasks\\.[^.]+\\.({})$", of_tasks);
    return {{"anyOf", json::Value::array({one_of_names(names), {{"type", "string"}, {"pattern", pattern}}})}};
  }

  [[nodiscard]] static json::Value costs() {
    json::Value names = json::Value::object();
    for (const auto name : kCostNames) names[std::string(name)] = integer(0, kCostMax);
    return {{"type", "object"}, {"properties", names}, {"additionalProperties", false}};
  }

  [[nodiscard]] json::Value variants() {
    json::Value item = value(keys::kExpectItem[0]);
    item["anyOf"].push_back({{"const", "base"}});
    const json::Value expect{{"type", "array"}, {"items", item}, {"minItems", 1}, {"maxItems", kExpectationsMax}};
    return {{"type", "object"},
            {"maxProperties", kVariantsMax},
            {"propertyNames", {{"pattern", kNamePattern}, {"maxLength", kNameLengthMax}}},
            {"additionalProperties",
             {{"type", "object"}, {"properties", {{"expect", expect}}}, {"required", json::Value::array({"expect"})}}}};
  }

  [[nodiscard]] static json::Value has(std::string_view key) { return {{"required", json::Value::array({key})}}; }
  [[nodiscard]] static json::Value has_each_alone(std::span<const keys::Name> names) {
    json::Value each = json::Value::array();
    for (const auto name : names) each.push_back(has(name));
    return each;
  }

  [[nodiscard]] static json::Value group_rule(const keys::Group& group) {
    json::Value each = has_each_alone(group.keys);
    if (group.choice == keys::Choice::kAtLeastOne) return {{"anyOf", each}};
    if (group.choice == keys::Choice::kAtMostOne) each.push_back({{"not", {{"anyOf", each}}}});
    return {{"oneOf", each}};
  }

  [[nodiscard]] static json::Value tie_rule(const keys::Tie& tie) {
    return {{"dependencies", {{std::string(tie.key), {{"anyOf", has_each_alone(tie.beside)}}}}}};
  }

  [[nodiscard]] static json::Value value_tie_rule(const keys::ValueTie& tie) {
    json::Value then = has(tie.needs);
    if (!tie.excludes.empty()) then["not"] = has(tie.excludes);
    json::Value condition = has(tie.key);
    condition["properties"] = {{std::string(tie.key), one_of_names(tie.values)}};
    return {{"if", condition}, {"then", then}, {"else", {{"not", has(tie.needs)}}}};
  }

  [[nodiscard]] static json::Value numbers_of_hardware() {
    json::Value names = json::Value::array();
    for (const keys::Key& key : keys::section(SectionId::kHardware).keys)
      if (key.value.type == Type::kInteger) names.push_back(std::string(key.name));
    return names;
  }

  [[nodiscard]] static json::Value complete_or_based() {
    return {{"anyOf", json::Value::array({has("base"), {{"required", numbers_of_hardware()}}})}};
  }

  void add_policy_options(json::Value& rules) {
    for (const kernel::Policy* policy : library_.policies) {
      json::Value properties = json::Value::object();
      for (std::uint32_t i = 0; i < policy->nr_options; ++i) properties[policy->options[i].name] = option(policy->options[i]);
      rules.push_back({{"if", {{"properties", {{"name", {{"const", policy->name}}}}}}},
                       {"then", {{"properties", {{"options", {{"properties", properties}, {"additionalProperties", false}}}}}}}});
    }
  }

  [[nodiscard]] json::Value option(const kernel::PolicyOption& option) {
    json::Value out = option_value(option);
    out["description"] = option.help;
    return out;
  }

  [[nodiscard]] json::Value option_value(const kernel::PolicyOption& option) {
    if (!option.names) return integer(option.min, option.max);
    const std::vector<std::string> names(option.names, option.names + option.nr_names);
    if (names == std::vector<std::string>{"off", "on"}) return value(keys::boolean());
    return one_of_names(names);
  }

  const Library& library_;
  json::Value definitions_ = json::Value::object();
};

json::Value hardware_file(json::Value section) {
  section["properties"].erase("name");  // its file name
  section["properties"].erase("base");
  const json::Value rules = section["allOf"];
  section["required"] = rules[rules.size() - 1]["anyOf"][1]["required"];
  section.erase("allOf");
  return section;
}

}  // namespace

json::Value schema(std::string_view name, const Library& library) {
  Generator generator(library);
  json::Value out{{"$schema", "http://json-schema.org/draft-07/schema#"},
                  {"title", fmt::format("scx-cosim {}", name)},
                  {"$comment", "SPDX-License-Identifier: Apache-2.0; generated by scx-cosim schema"}};
  if (name == "expect") out.update(generator.value(keys::kExpect));
  else if (name == "hardware") out.update(hardware_file(generator.section_schema(SectionId::kHardware)));
  else if (name == "scenario") out.update(generator.section_schema(SectionId::kScenario));
  else if (name == "study") out.update(generator.section_schema(SectionId::kStudy));
  else throw std::logic_error("no schema of that name");
  if (!generator.definitions().empty()) out["definitions"] = generator.definitions();
  return out;
}

}  // namespace tb::config
