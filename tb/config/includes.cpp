// SPDX-License-Identifier: Apache-2.0
#include "tb/config/includes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "log/nearest.h"
#include "tb/config/strict_map.h"
#include "tb/config/yaml_file.h"

namespace tb::config {

namespace {

class Expansion {
 public:
  Expansion(const Library& library, const std::filesystem::path& near, Problems& problems)
      : library_(library), problems_(problems), folders_{near / "../expect", library.configs / "expect"} {}

  void add_all(const Tree& list, std::vector<Tree>& out) {
    for (const Tree& item : list.items) {
      const bool is_include = item.is_map() && item.find("include");
      if (is_include) problems_.attempt([&] { add_set(item, out); });
      else out.push_back(item);
      if (out.size() > kExpectationsMax)
        throw ConfigError(item.place, "expect", fmt::format("more than {} expectations", kExpectationsMax));
    }
  }

 private:
  void add_set(const Tree& item, std::vector<Tree>& out) {
    const StrictMap map(item, "expect", keys::SectionId::kExpectInclude);
    const std::string name = map.identifier("include");
    const Place& place = map.require("include").place;
    if (std::find(open_.begin(), open_.end(), name) != open_.end())
      throw ConfigError(place, map.path_of("include"),
                        fmt::format("'{}' includes itself: {}, {}", name, fmt::join(open_, ", "), name));
    if (open_.size() == kIncludeDepthMax)
      throw ConfigError(place, map.path_of("include"), fmt::format("includes nested deeper than {}", kIncludeDepthMax));
    const Tree set = load(name, place);
    const Opened opened(open_, name);
    add_all(set, out);
  }

  [[nodiscard]] Tree load(const std::string& name, const Place& place) const {
    for (const auto& folder : folders_) {
      const auto file = (folder / (name + ".yaml")).lexically_normal();
      if (!std::filesystem::exists(file)) continue;
      Tree tree = read_yaml_file(file.string());
      if (!tree.is_sequence() || tree.items.empty())
        throw ConfigError(tree.place, "", fmt::format("expected a list of expectations, got {}", describe(tree)));
      return tree;
    }
    throw ConfigError(
        place, "expect.include",
        fmt::format("no set of expectations is called '{}'{}", name, words::hint(name, shipped_names(library_, "expect"))));
  }

  struct Opened {
    Opened(std::vector<std::string>& open, const std::string& name) : open_(open) { open_.push_back(name); }
    ~Opened() { open_.pop_back(); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    std::vector<std::string>& open_;
  };

  const Library& library_;
  Problems& problems_;
  std::vector<std::filesystem::path> folders_;
  std::vector<std::string> open_;  // the sets being read, the outermost first
};

}  // namespace

Tree expand_includes(const Tree& expect, const Library& library, const std::filesystem::path& near, Problems& problems) {
  if (!expect.is_sequence()) return expect;
  Tree whole = expect;
  whole.items.clear();
  Expansion(library, near, problems).add_all(expect, whole.items);
  return whole;
}

}  // namespace tb::config
