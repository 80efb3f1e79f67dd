// SPDX-License-Identifier: Apache-2.0
// check, list, events, version: the verbs that run nothing.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "json/value.h"
#include "tb/analysis/subject.h"
#include "tb/campaign/points.h"
#include "tb/campaign/study_reader.h"
#include "tb/cli/commands.h"
#include "tb/config/scenario_file.h"
#include "tb/config/schema.h"
#include "tb/config/yaml_file.h"
#include "tb/result/outcome.h"

namespace tb::cli {

namespace {

// The question of a shipped scenario or study.
std::string question(const std::filesystem::path& file) {
  try {
    const config::Tree tree = config::read_yaml_file(file.string());
    const config::Tree* text = tree.find("question");
    return text ? text->text : std::string();
  } catch (const config::ConfigError& error) {  // the others are listed all the same
    return fmt::format("broken: {}", error.what());
  }
}

// The first comment of another shipped file says what it is for.
std::string purpose(const std::filesystem::path& file) {
  std::string text;
  if (std::FILE* stream = std::fopen(file.c_str(), "r")) {
    char line[256];
    while (text.empty() && std::fgets(line, sizeof(line), stream)) {
      const std::string_view view(line);
      if (!view.starts_with("# ") || view.find("SPDX-License-Identifier") != std::string_view::npos ||
          view.find("yaml-language-server") != std::string_view::npos)
        continue;
      text = view.substr(2, view.find_last_not_of("\r\n") - 1);
    }
    std::fclose(stream);
  }
  return text;
}

bool has_question(std::string_view folder) { return folder == "scenarios" || folder == "studies"; }

void list_folder(const Backend& backend, const std::string& folder) {
  const auto path_of = [&](const std::string& name) { return backend.library.configs / folder / (name + ".yaml"); };
  fmt::print("{} (configs/{}/)\n", folder, folder);
  for (const std::string& name : config::shipped_names(backend.library, folder))
    fmt::print("  {:<20} {}\n", name, has_question(folder) ? question(path_of(name)) : purpose(path_of(name)));
}

std::string option_values(const kernel::PolicyOption& option) {
  if (!option.names) return fmt::format("{}..{}, default {}", option.min, option.max, option.default_value);
  return fmt::format("{}, default {}", fmt::join(option.names, option.names + option.nr_names, "|"),
                     option.names[option.default_value]);
}

json::Value option_as_json(const kernel::PolicyOption& option) {
  json::Value out{{"name", option.name}, {"help", option.help}};
  if (option.names) {
    out["values"] = std::vector<std::string>(option.names, option.names + option.nr_names);
    out["default"] = option.names[option.default_value];
    return out;
  }
  out.update(json::Value{{"min", option.min}, {"max", option.max}, {"default", option.default_value}});
  return out;
}

int print_list_as_json(const Backend& backend) {
  json::Value list;
  for (const char* folder : {"scenarios", "studies", "hardware", "expect"}) {
    list[folder] = json::Value::array();
    for (const std::string& name : config::shipped_names(backend.library, folder)) {
      const auto file = backend.library.configs / folder / (name + ".yaml");
      list[folder].push_back(
          {{"name", name},
           {"file", file.string()},
           {has_question(folder) ? "question" : "purpose", has_question(folder) ? question(file) : purpose(file)}});
    }
  }
  list["policies"] = json::Value::array();
  for (const kernel::Policy* policy : backend.library.policies) {
    json::Value options = json::Value::array();
    for (std::uint32_t i = 0; i < policy->nr_options; ++i) options.push_back(option_as_json(policy->options[i]));
    list["policies"].push_back({{"name", policy->name}, {"help", policy->help}, {"options", std::move(options)}});
  }
  list["hart_counts"] = backend.hart_counts();
  fmt::print("{}\n", list.dump(1));
  return 0;
}

void check_scenario(const Backend& backend, const std::string& path) {
  const auto file = config::read_scenario_file(path, backend.library);
  std::set<std::string> warned;
  for (const std::string& variant : file.variants)
    for (const std::string& warning : config::resolve(file, variant, {}, backend.library).warnings)
      if (warned.insert(warning).second) fmt::print(stderr, "warning: {}\n", warning);
  fmt::print("{}: {} {}, all sound: {}\n", file.path, file.variants.size(), file.variants.size() == 1 ? "variant" : "variants",
             fmt::join(file.variants, ", "));
}

void check_study(const Backend& backend, const std::string& path) {
  const campaign::Study study = campaign::read_study(path, {}, backend.library);
  fmt::print("{}: a study of {} points, sound\n", path, campaign::points_of(study).points.size());
}

// A study is told by its axes.
void check_file(const Backend& backend, const std::string& name) {
  const auto studies = config::shipped_names(backend.library, "studies");
  const bool study = std::find(studies.begin(), studies.end(), name) != studies.end() && !std::filesystem::is_regular_file(name);
  const std::string path = study ? campaign::find_study(name, backend.library) : config::find_scenario(name, backend.library);
  if (config::read_yaml_file(path).find("axes") != nullptr) check_study(backend, path);
  else check_scenario(backend, path);
}

}  // namespace

int check_command(const Backend& backend, const std::vector<std::string>& given) {
  int exit_code = 0;
  std::vector<std::string> files = config::expand_patterns(given, backend.library);
  if (given.empty()) {
    files = config::shipped_names(backend.library, "scenarios");
    for (const std::string& name : config::shipped_names(backend.library, "studies"))
      files.push_back((backend.library.configs / "studies" / (name + ".yaml")).string());
  }
  for (const std::string& name : files) {
    try {
      check_file(backend, name);
    } catch (const config::ConfigError& error) {
      fmt::print(stderr, "{}\n", error.what());
      exit_code = kExitUsage;
    }
  }
  return exit_code;
}

int schema_command(const Backend& backend, const std::string& name) {
  fmt::print("{}\n", config::schema(name, backend.library).dump(1));
  return 0;
}

int list_command(const Backend& backend, bool json) {
  if (json) return print_list_as_json(backend);
  list_folder(backend, "scenarios");
  list_folder(backend, "studies");
  list_folder(backend, "hardware");
  list_folder(backend, "expect");
  fmt::print("policies\n");
  for (const kernel::Policy* policy : backend.library.policies) {
    fmt::print("  {:<20} {}\n", policy->name, policy->help);
    for (std::uint32_t i = 0; i < policy->nr_options; ++i) {
      const kernel::PolicyOption& option = policy->options[i];
      fmt::print("    {:<18} {} ({})\n", option.name, option.help, option_values(option));
    }
  }
  fmt::print("hart counts\n  {}\n", fmt::join(backend.hart_counts(), ", "));
  return 0;
}

int events_command(const EventsOptions& options) {
  const auto filter = event_log::Filter::parse(options.filter);
  const std::filesystem::path given(options.run_dir);
  const auto path = std::filesystem::is_directory(given) ? analysis::log_of(given) : given;
  const event_log::LogExtent extent = event_log::print_log(path.string(), filter, options.format, stdout, stderr);
  std::fflush(stdout);
  const std::string missing = analysis::shortfall_of(path, extent);
  if (!missing.empty()) fmt::print(stderr, "scx-cosim: {}: {}\n", given.string(), missing);
  return extent.events == 0 ? kExitUsage : 0;
}

int version_command(const Backend& backend) {
  for (const auto& [name, version] : backend.versions) fmt::print("{} {}\n", name, version);
  fmt::print("rtl {}{}\n", backend.rtl_hash, backend.rtl_is_shipped() ? "" : ", not the shipped one");
  fmt::print("event list {:016x}\n", trace::schema::kDigest);
  return 0;
}

}  // namespace tb::cli
