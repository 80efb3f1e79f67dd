// SPDX-License-Identifier: Apache-2.0
// import: loads and traces of elsewhere as scenarios.
#include <fmt/format.h>

#include "tb/cli/command_line.h"
#include "tb/config/scenario_file.h"
#include "tb/config/yaml_file.h"
#include "tb/export/output.h"
#include "tb/import/json_reader.h"
#include "tb/import/rt_app.h"
#include "tb/import/trace.h"

namespace tb::cli {

namespace {

constexpr std::size_t kRtAppBytesMax = std::size_t{4} * 1024 * 1024;

import::Draft draft_of(const ImportOptions& options){
    if (options.kind != kImportKinds[0]) return import::import_trace(import::read_trace(options.file), options.file);
return import::import_rt_app(import::read_text_file(options.file, kRtAppBytesMax), options.file);
}  // namespace

// What was made must be sound: else the reader of scenarios says what is wrong with it, a policy or machine that does not exist
// among it.
void check(const Backend& backend, const std::string& text, const std::string& name) {
  const auto path = (backend.library.configs / "scenarios" / name).string();
  const config::ScenarioFile file = config::scenario_from_tree(config::parse_yaml(text, name), path);
  for (const std::string& variant : file.variants) static_cast<void>(config::resolve(file, variant, {}, backend.library));
}

}  // namespace tb::cli

int import_command(const Backend& backend, const ImportOptions& options) {
  const import::Draft draft = draft_of(options);
  const std::string text = import::text_of(draft, {options.scheduler, options.hardware});
  check(backend, text, options.out.empty() ? draft.name + ".yaml" : options.out);
  if (options.out.empty()) {
    fmt::print("{}", text);
    return 0;
  }
  exports::OutputFile file(options.out);
  file.write(text);
  file.commit();
  fmt::print("{}: {} tasks; {} remarks on what was not carried over\n", options.out, draft.tasks.size(), draft.notes.size());
  return 0;
}

void describe_import(CommandLine& line) {
  line.import_verb = line.app.add_subcommand("import", "Make a scenario of a load of rt-app, or of a recorded trace");
  CLI::App& verb = *line.import_verb;
  verb.add_option("KIND", line.imports.kind,
                  "rt-app: FILE is a JSON file of rt-app; trace: FILE is a trace.dat, or text of ftrace, "
                  "trace-cmd report or perf script with sched_switch, sched_waking and sched_wakeup")
      ->required()
      ->check(CLI::IsMember(std::vector<std::string>(kImportKinds.begin(), kImportKinds.end())));
  verb.add_option("FILE", line.imports.file, "What to read")->required();
  verb.add_option("-o,--out", line.imports.out, "Write the scenario to SCENARIO; default: print it")->type_name("SCENARIO");
  verb.add_option("--scheduler", line.imports.scheduler, "The policy of the scenario; default: none, all tasks run under fair")
      ->type_name("NAME");
  verb.add_option("--hardware", line.imports.hardware,
                  "The machine of the scenario; default: mc4; of a trace, with as many harts as it shows CPUs")
      ->type_name("NAME");
  verb.footer("The scenario begins with a comment that lists what could not be carried over.");
}

}  // namespace tb::cli
