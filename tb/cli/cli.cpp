// SPDX-License-Identifier: Apache-2.0
#include "tb/cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>

#include "log/nearest.h"
#include "log/reader.h"
#include "tb/cli/command_line.h"
#include "tb/cli/commands.h"
#include "tb/config/schema.h"
#include "tb/config/tree.h"
#include "tb/result/outcome.h"

namespace tb::cli {

namespace {

void describe(CommandLine& line) {
  line.app.name("scx-cosim");
  line.app.require_subcommand(1);
  line.app.footer("'scx-cosim VERB --help' tells more.\n" + exit_code_help());
  describe_run(line);
  describe_study(line);
  line.check_verb = line.app.add_subcommand(
      "check", "Read scenarios with all their variants, or studies, print errors and warnings, and run nothing");
  line.check_verb->add_option("SCENARIO", line.check,
                              "Files, names of shipped scenarios or studies, or quoted patterns; default: all that are shipped");
  line.list_verb = line.app.add_subcommand("list",
                                           "List shipped scenarios, studies, machines, sets of expectations, policies with their "
                                           "options, and the hart counts of this build");
  line.list_verb->add_flag("--json", line.list_json,
                           "Print one JSON object: scenarios, studies, hardware, expect, policies, hart_counts");
  describe_readers(line);
  describe_import(line);
  describe_replay(line);
  line.schema_verb = line.app.add_subcommand(
      "schema", "Print the JSON schema of scenarios, hardware files, sets of expectations or studies, for editors");
  line.schema_verb
      ->add_option("NAME", line.schema,
                   "scenario, hardware (the file of a machine), expect (a set of expectations) or study; default: scenario")
      ->check(CLI::IsMember(std::vector<std::string>(config::kSchemaNames.begin(), config::kSchemaNames.end())));
  describe_wave(line);
  line.version_verb = line.app.add_subcommand("version", "Print versions, and the hashes of the RTL and of the event list");
  line.app.set_version_flag("--version", "", "The same as the verb version");
  line.help_verb = line.app.add_subcommand("help", "Print the help of a verb, or of the program");
  line.help_verb->add_option("VERB", line.help_on, "A verb; default: all verbs, one line each");
}

// The verbs, or one verb's options, whichever the word is one of.
std::vector<std::string> known_words(CommandLine& line, bool option) {
  std::vector<std::string> words;
  if (!option) {
    for (const CLI::App* verb : line.app.get_subcommands({})) words.push_back(verb->get_name());
    return words;
  }
  const auto parsed = line.app.get_subcommands();
  const CLI::App& scope = parsed.empty() ? line.app : *parsed.front();
  for (const CLI::Option* known : scope.get_options())
    for (const std::string& name : known->get_lnames()) words.push_back("--" + name);
  return words;
}

int usage_error(CommandLine& line, const CLI::ParseError& error) {
  std::string message = error.what();
  auto extras = line.app.remaining(true);
  if (!extras.empty()) {
    const std::string word = extras.front().substr(0, extras.front().find('='));
    const bool option = word.starts_with('-');
    const auto known = known_words(line, option);
    const auto parsed = line.app.get_subcommands();
    if (option || parsed.empty())
      message = fmt::format("unknown {} '{}'{}", option ? "option" : "verb", word, words::hint(word, known));
    else message = fmt::format("unexpected argument '{}'", word);
  }
  fmt::print(stderr, "scx-cosim: {}\n", message);
  return kExitUsage;
}

int help_command(CommandLine& line) {
  const CLI::App* about = &line.app;
  std::string name = line.app.get_name();
  if (!line.help_on.empty()) {
    const auto known = known_words(line, false);
    if (std::find(known.begin(), known.end(), line.help_on) == known.end())
      throw std::invalid_argument(fmt::format("unknown verb '{}'{}", line.help_on, words::hint(line.help_on, known)));
    about = line.app.get_subcommand(line.help_on);
    name += ' ' + line.help_on;
  }
  fmt::print("{}", about->get_formatter()->make_help(about, name, CLI::AppFormatMode::Normal));
  return 0;
}

int dispatch(const Backend& backend, CommandLine& line) {
  if (line.help_verb->parsed()) return help_command(line);
  if (line.run_verb->parsed()) return run_command(backend, line.run);
  if (line.study_verb->parsed()) return study_command(backend, line.study);
  if (line.replay_verb->parsed()) return replay_command(backend, line.replay);
  if (line.check_verb->parsed()) return check_command(backend, line.check);
  if (line.list_verb->parsed()) return list_command(backend, line.list_json);
  if (line.schema_verb->parsed()) return schema_command(backend, line.schema);
  if (line.summary_verb->parsed()) return summary_command(line.summary);
  if (line.compare_verb->parsed()) return compare_command(line.compare);
  if (line.report_verb->parsed()) return report_command(line.report);
  if (line.explain_verb->parsed()) return explain_command(backend, line.explain);
  if (line.export_verb->parsed()) return export_command(line.exports);
  if (line.import_verb->parsed()) return import_command(backend, line.imports);
  if (line.latency_verb->parsed()) return latency_command(line.latency);
  if (line.timehist_verb->parsed()) return timehist_command(line.timehist_run, line.timehist);
  if (line.wave_verb->parsed()) return wave_command(backend, line.wave);
  if (line.version_verb->parsed()) return version_command(backend);
  line.events.format = line.json ? event_log::Format::kJson : line.csv ? event_log::Format::kCsv : event_log::Format::kText;
  return events_command(line.events);
}

int complain(const std::exception& error, int exit_code) {
  fmt::print(stderr, "scx-cosim: {}\n", error.what());
  return exit_code;
}

// A path that cannot be followed is the caller's; what else a file system refuses is the host's.
int complain_of_path(const std::filesystem::filesystem_error& error) {
  constexpr std::errc kOfThePath[] = {std::errc::too_many_symbolic_link_levels, std::errc::filename_too_long,
                                      std::errc::not_a_directory, std::errc::permission_denied,
                                      std::errc::no_such_file_or_directory};
  const bool usage = std::any_of(std::begin(kOfThePath), std::end(kOfThePath), [&](auto code) { return error.code() == code; });
  fmt::print(stderr, "scx-cosim: {}: {}\n", error.path1().string(), error.code().message());
  return usage ? kExitUsage : info(Outcome::kInternalError).exit_code;
}

}  // namespace

int run(const Backend& backend, int argc, const char* const* argv) {
  CommandLine line;
  describe(line);
  line.run.program = line.replay.program = argc > 0 ? argv[0] : "scx-cosim";
  try {
    line.app.parse(argc, argv);
    return dispatch(backend, line);
  } catch (const CLI::CallForHelp& help) {
    return line.app.exit(help);
  } catch (const CLI::CallForVersion&) {
    return version_command(backend);
  } catch (const CLI::ParseError& error) {
    return usage_error(line, error);
  } catch (const config::ConfigError& error) {
    for (const std::string& message : error.messages()) fmt::print(stderr, "scx-cosim: {}\n", message);
    return kExitUsage;
  } catch (const std::filesystem::filesystem_error& error) {
    return complain_of_path(error);
  } catch (const std::invalid_argument& error) {  // a filter, or a verb to be helped with
    return complain(error, kExitUsage);
  } catch (const event_log::LogError& error) {
    return complain(error, kExitUsage);
  } catch (const std::exception& error) {  // among others: a directory that cannot be written
    return complain(error, info(Outcome::kInternalError).exit_code);
  }
}

}  // namespace tb::cli
