// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/study_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "log/nearest.h"
#include "tb/campaign/axis_values.h"
#include "tb/campaign/level_check.h"
#include "tb/campaign/response_reader.h"
#include "tb/config/strict_map.h"
#include "tb/config/yaml_file.h"

namespace tb::campaign {
namespace {

using config::ConfigError;
using config::Override;
using config::Problems;
using config::StrictMap;
using config::Tree;
using config::keys::SectionId;

std::vector<Override> read_paths(const Tree& tree, const std::string& path) {
  if (!tree.is_map() || tree.entries.empty())
    throw ConfigError(tree.place, path, fmt::format("expected a map of paths and values, got {}", config::describe(tree)));
  std::vector<Override> out;
  for (const config::TreeEntry& entry : tree.entries) {
    if (entry.key == "run.seed") throw ConfigError(entry.place, path, "the seeds of a study are its key 'seeds'");
    out.push_back({entry.key, entry.place, entry.value});
  }
  return out;
}

// Of a level: its value, if that is an integer.
double number_of(const std::string& label) {
  const auto number = integer_of(label);
  return number ? static_cast<double>(*number) : kNothing;
}

double read_number(const Tree& value, const std::string& path) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
  if (!value.is_scalar() || value.text.empty() || error != std::errc{} || end != value.text.data() + value.text.size() ||
      !std::isfinite(number))
    throw ConfigError(value.place, path,
                      fmt::format("expected a number in the response's unit, got {}", config::describe(value)));
  return number;
}

void refuse_twice(const Axis& axis, const Level& level, const config::Place& place, const std::string& path) {
  for (const Level& other : axis.levels)
    if (other.label == level.label) throw ConfigError(place, path, fmt::format("'{}' is there twice", level.label));
}

void read_values(const Tree& tree, const std::string& path, Axis& axis) {
  AxisValues values = read_axis_values(tree, path);
  axis.place = tree.place;
  axis.span = values.span;
  axis.levels.clear();
  for (Tree& value : values.values) {
    Level level;
    level.label = value.text;
    level.number = number_of(level.label);
    level.sets.push_back({axis.key, value.place, std::move(value)});
    axis.levels.push_back(std::move(level));
  }
}

class Reader {
 public:
  Reader(const Tree& tree, const std::string& path, const config::Library& library)
      : library_(library), map_(tree, "", SectionId::kStudy, &problems_) {
    study_.path = path;
  }

  Study read(const StudyChanges& changes) {
    problems_.raise();  // nothing can be said of what is not there
    study_.name = map_.identifier("name");
    study_.question = map_.text("question");
    read_scenario();
    problems_.raise();
    if (const Tree* sets = map_.find("set")) problems_.attempt([&] { study_.sets = read_paths(*sets, "set"); });
    for (const std::string& set : changes.sets)
      problems_.attempt([&] {
        study_.sets.push_back(config::parse_set(set));
        if (study_.sets.back().path == "run.seed")
          throw ConfigError(study_.sets.back().place, "run.seed", "the seeds of a study are --seeds");
      });
    read_axes(changes);
    read_design(changes);
    read_seed_list(changes);
    problems_.raise();
    read_conditions();
    problems_.attempt([&] { study_.responses = read_responses(map_, study_, library_, problems_); });
    problems_.raise();
    expect_anything();
    read_cliffs();
    read_pareto();
    problems_.raise();
    check_levels(study_, library_, problems_);
    problems_.raise();
    return std::move(study_);
  }

 private:
  void read_scenario() {
    problems_.attempt([&] {
      const Tree& name = map_.require("scenario");
      std::string word = map_.text("scenario");
      const bool is_path = word.find('/') != std::string::npos || word.ends_with(".yaml");
      const auto beside = std::filesystem::path(study_.path).parent_path() / word;
      if (is_path) word = beside.lexically_normal().string();
      try {
        study_.scenario_name = is_path ? word : name.text;
        study_.scenario = config::read_scenario_file(config::find_scenario(word, library_), library_);
      } catch (const ConfigError& error) {
        throw ConfigError(name.place, "scenario", error.what());
      }
      study_.variant = study_.scenario.variants.front();
      if (const Tree* variant = map_.find("variant")) {
        study_.variant = known_variant(*variant, "variant");
      }
    });
  }

  [[nodiscard]] std::string known_variant(const Tree& value, const std::string& path) const {
    const auto& known = study_.scenario.variants;
    if (!value.is_scalar() || std::find(known.begin(), known.end(), value.text) == known.end())
      throw ConfigError(value.place, path,
                        fmt::format("no variant is called '{}'{}", value.text, words::hint(value.text, known)));
    return value.text;
  }

  void read_axes(const StudyChanges& changes) {
    const std::vector<Tree>& items = map_.list("axes");
    if (items.empty()) problems_.add(ConfigError(map_.require("axes").place, "axes", "an empty list: expected one axis or more"));
    for (const Tree& item : items)
      problems_.attempt([&] { study_.axes.push_back(read_axis(item, fmt::format("axes.{}", study_.axes.size()))); });
    for (const std::string& change : changes.axes) problems_.attempt([&] { change_axis(change); });
    for (const Axis& axis : study_.axes)
      for (const Override& set : study_.sets)
        if (!axis.key.empty() && set.path == axis.key)
          problems_.add(ConfigError(set.place, set.path,
                                    fmt::format("axis '{0}' sets this key; --axis {0}=VALUES gives it other values", axis.name)));
  }

  Axis read_axis(const Tree& tree, const std::string& path) {
    const StrictMap map(tree, path, SectionId::kAxis);
    Axis axis;
    axis.name = map.identifier("name");
    axis.place = tree.place;
    if (axis.name == "seed") throw ConfigError(tree.place, path, "the seeds of a study are its key 'seeds'");
    refuse_column_of_files(axis.name, tree.place, path);
    for (const Axis& other : study_.axes)
      if (other.name == axis.name) throw ConfigError(tree.place, path, fmt::format("an axis '{}' is there already", axis.name));
    if (map.has("unit")) axis.unit = map.text("unit");
    if (map.has("key")) {
      axis.key = map.text("key");
      if (axis.key == "run.seed") throw ConfigError(tree.place, path, "the seeds of a study are its key 'seeds'");
      read_values(map.require("values"), map.path_of("values"), axis);
    } else if (const Tree* levels = map.find("levels")) {
      read_levels(*levels, map.path_of("levels"), axis);
    } else {
      for (const Tree& item : map.list("variants")) {
        Level level;
        level.label = level.variant = known_variant(item, map.path_of("variants"));
        refuse_twice(axis, level, item.place, map.path_of("variants"));
        axis.levels.push_back(std::move(level));
      }
    }
    return axis;
  }

  static void read_levels(const Tree& tree, const std::string& path, Axis& axis) {
    if (!tree.is_map() || tree.entries.empty())
      throw ConfigError(tree.place, path, fmt::format("expected a map of levels, got {}", config::describe(tree)));
    for (const config::TreeEntry& entry : tree.entries) {
      Level level;
      level.label = entry.key;
      level.number = number_of(level.label);
      if (std::ranges::any_of(level.label, [](unsigned char c) { return c < ' '; }))
        throw ConfigError(entry.place, path, "the name of a level is one line");
      level.sets = read_paths(entry.value, path + "." + entry.key);
      axis.levels.push_back(std::move(level));
    }
  }

  // "ipi=1..1000 log 4" of the command line.
  void change_axis(const std::string& change) {
    const Override parsed = config::parse_set(change, "--axis");
    changed_axes_.insert(parsed.path);
    std::vector<std::string> names;
    for (Axis& axis : study_.axes) {
      if (axis.name == parsed.path && axis.key.empty()) return choose_levels(parsed, axis);
      if (axis.name == parsed.path) return read_values(list_of(parsed.value), "--axis " + axis.name, axis);
      names.push_back(axis.name);
    }
    throw ConfigError(parsed.place, "--axis",
                      fmt::format("no axis is called '{}'{}", parsed.path, words::hint(parsed.path, names)));
  }

  // One value stands for a list of one.
  static Tree list_of(const Tree& value) {
    if (!value.is_scalar() || value.text.find("..") != std::string::npos) return value;
    Tree list = config::make_sequence();
    list.place = value.place;
    list.items = {value};
    return list;
  }

  static void choose_levels(const Override& change, Axis& axis) {
    std::vector<Level> chosen;
    for (const Tree& item : list_of(change.value).items) {
      const auto level =
          std::find_if(axis.levels.begin(), axis.levels.end(), [&](const Level& l) { return l.label == item.text; });
      if (level == axis.levels.end())
        throw ConfigError(change.place, "--axis", fmt::format("axis '{}' has no level '{}'", axis.name, item.text));
      if (std::ranges::any_of(chosen, [&](const Level& one) { return one.label == item.text; }))
        throw ConfigError(change.place, "--axis", fmt::format("'{}' is there twice", item.text));
      chosen.push_back(*level);
    }
    if (chosen.empty()) throw ConfigError(change.place, "--axis", fmt::format("expected levels of axis '{}'", axis.name));
    axis.levels = std::move(chosen);
  }

  void read_design(const StudyChanges& changes) {
    const Tree* tree = map_.find("design");
    problems_.attempt([&] {
      if (tree != nullptr && tree->is_map()) read_sample(*tree);
      else if (tree != nullptr)
        study_.design.kind =
            config::read_name(*tree, "design", config::keys::kDesignWords) == 0 ? Design::Kind::grid : Design::Kind::zip;
      if (changes.count != 0) {
        if (!study_.design.sampled()) throw ConfigError("--count: the design of this study is no sample");
        study_.design.count = changes.count;
      }
      if (study_.design.sampled()) return;
      for (const Axis& axis : study_.axes)
        if (axis.levels.empty())
          throw ConfigError(axis.place, "axes." + axis.name,
                            "a range to sample from, and the design is no sample: give it a step, or log and a number");
    });
    if (study_.design.kind == Design::Kind::zip)
      for (const Axis& axis : study_.axes)
        if (axis.levels.size() != study_.axes.front().levels.size())
          problems_.add(ConfigError(axis.place, "axes." + axis.name,
                                    fmt::format("{} levels, and axis '{}' has {}: zipped axes have as many", axis.levels.size(),
                                                study_.axes.front().name, study_.axes.front().levels.size())));
  }

  void read_sample(const Tree& tree) {
    const StrictMap map(tree, "design", SectionId::kDesign);
    const std::string_view kind = map.one_of(config::keys::kSamples);
    const auto index =
        std::find(config::keys::kSamples.begin(), config::keys::kSamples.end(), kind) - config::keys::kSamples.begin();
    study_.design.kind = static_cast<Design::Kind>(static_cast<int>(Design::Kind::random) + index);
    study_.design.count = static_cast<std::size_t>(map.integer(kind));
    study_.design.morris_levels = static_cast<std::size_t>(map.integer_or("morris_levels", 4));
    if (study_.design.morris_levels % 2 != 0)
      throw ConfigError(map.require("morris_levels").place, "design.morris_levels",
                        "expected an even number: with others not all levels are as likely");
    study_.design.seed = static_cast<std::uint64_t>(map.integer_or("seed", 1));
  }

  void read_seed_list(const StudyChanges& changes) {
    problems_.attempt([&] {
      if (!changes.seeds.empty()) {
        study_.seeds = read_seeds(config::parse_set("seeds=" + changes.seeds, "--seeds").value, "seeds");
      } else if (const Tree* seeds = map_.find("seeds")) {
        study_.seeds = read_seeds(*seeds, "seeds");
      } else {
        study_.seeds = {1};
      }
    });
  }

  void read_conditions() {
    const Tree* tree = map_.find("when");
    if (tree == nullptr) return;
    std::vector<Condition::Axis> axes;
    std::vector<std::string> words;
    for (const Axis& axis : study_.axes) {
      axes.push_back({axis.name, std::ranges::none_of(axis.levels, [](const Level& level) { return std::isnan(level.number); })});
      for (const Level& level : axis.levels) words.push_back(level.label);
    }
    const std::vector<Tree> all = tree->is_sequence() ? tree->items : std::vector<Tree>{*tree};
    for (const Tree& item : all) problems_.attempt([&] { study_.when.emplace_back(item, "when", axes, words); });
  }

  [[nodiscard]] std::size_t response_of(const StrictMap& map, std::string_view key) const {
    const std::string name = map.identifier(key);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < study_.responses.size(); ++i) {
      if (study_.responses[i].name == name) return i;
      names.push_back(study_.responses[i].name);
    }
    throw ConfigError(map.require(key).place, map.path_of(key),
                      fmt::format("no response is called '{}'{}", name, words::hint(name, names)));
  }

  void read_cliffs() {
    if (!map_.has("cliffs")) return;
    for (const Tree& item : map_.list("cliffs")) {
      problems_.attempt([&] {
        const StrictMap map(item, fmt::format("cliffs.{}", study_.cliffs.size()), SectionId::kCliff);
        if (study_.design.kind != Design::Kind::grid)
          throw ConfigError(item.place, map.path(), "cliffs are searched between the points of a grid");
        Cliff cliff;
        cliff.response = response_of(map, "of");
        if (const Tree* value = map.find("at_least")) cliff.at_least = read_number(*value, map.path_of("at_least"));
        const std::string axis = map.identifier("axis");
        std::vector<std::string> names;
        for (const Axis& one : study_.axes) names.push_back(one.name);
        const auto found = std::find(names.begin(), names.end(), axis);
        const Tree& place = map.require("axis");
        if (found == names.end())
          throw ConfigError(place.place, map.path_of("axis"),
                            fmt::format("no axis is called '{}'{}", axis, words::hint(axis, names)));
        cliff.axis = static_cast<std::size_t>(found - names.begin());
        if (changed_axes_.contains(axis) && study_.axes[cliff.axis].levels.size() < 2)
          return;  // asked for: there is no way along it
        if (!study_.axes[cliff.axis].numeric() || study_.axes[cliff.axis].levels.size() < 2)
          throw ConfigError(place.place, map.path_of("axis"), fmt::format("axis '{}' has no two integer values", axis));
        study_.cliffs.push_back(cliff);
      });
    }
  }

  void read_pareto() {
    if (!map_.has("pareto")) return;
    for (const Tree& item : map_.list("pareto"))
      problems_.attempt([&] {
        const StrictMap map(item, fmt::format("pareto.{}", study_.pareto.size()), SectionId::kPareto);
        study_.pareto.push_back({response_of(map, "x"), response_of(map, "y")});
      });
  }

  // The scenario's expectations are about the scenario as written, and some cannot be read for other machines. Unless the study asks
  // whether they hold, its runs have one that always does.
  void expect_anything() {
    const bool asked =
        std::ranges::any_of(study_.responses, [](const Response& one) { return one.kind == Response::Kind::passed; });
    const bool set = std::ranges::any_of(study_.sets, [](const Override& one) { return one.path == "expect"; });
    if (!asked && !set) study_.sets.insert(study_.sets.begin(), config::parse_set("expect=[ { count: reset, at_least: 0 } ]"));
  }

  std::set<std::string> changed_axes_;  // by the command line
  const config::Library& library_;
  Problems problems_;
  StrictMap map_;
  Study study_;
};

}  // namespace

std::string find_study(const std::string& path_or_name, const config::Library& library) {
  const bool is_path = path_or_name.find('/') != std::string::npos || path_or_name.ends_with(".yaml");
  if (is_path || std::filesystem::is_regular_file(path_or_name)) return path_or_name;
  const auto shipped = library.configs / "studies" / (path_or_name + ".yaml");
  if (std::filesystem::exists(shipped)) return shipped.string();
  throw ConfigError(
      fmt::format("no study is called '{}'{}", path_or_name, words::hint(path_or_name, shipped_names(library, "studies"))));
}

Study read_study(const std::string& path, const StudyChanges& changes, const config::Library& library) {
  const Tree tree = config::read_yaml_file(path);
  if (tree.find("tasks") != nullptr && tree.find("axes") == nullptr)
    throw ConfigError(tree.place, "", fmt::format("this is a scenario: scx-cosim run {}", path));
  return Reader(tree, path, library).read(changes);
}

}  // namespace tb::campaign
