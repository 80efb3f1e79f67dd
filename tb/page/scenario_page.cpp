// SPDX-License-Identifier: Apache-2.0
#include "tb/page/scenario_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/page/html.h"
#include "tb/report/sentence.h"
#include "tb/run/run_directory.h"

namespace tb::page {
namespace {

namespace fs = std::filesystem;

void add_run(const fs::path& dir, const std::string& name, std::vector<StoredResult>& runs) {
  try {
    runs.push_back({read_result(dir), name, dir, {}});
  } catch (const json::Error&) {  // no run, or one that was killed
  }
}

std::vector<fs::path> folders_in(const fs::path& dir) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(dir))
    if (entry.is_directory()) folders.push_back(entry.path());
  std::ranges::sort(folders);
  return folders;
}

std::string link(const fs::path& dir, const StoredResult& run) {
  const std::string href = (run.dir.lexically_relative(dir) / run::kReportFile).generic_string();
  return fmt::format("<a href=\"{}\">{}</a>", escaped(href), escaped(run.name));
}

std::string table(const fs::path& dir, const std::vector<StoredResult>& runs, const report::Comparison& comparison) {
  std::string html = "<div class=\"scroll\"><table class=\"figures\">\n<thead><tr>";
  for (std::size_t i = 0; i < comparison.left.size(); ++i)
    html += fmt::format("<th class=\"{}\">{}<br>{}</th>", comparison.left[i] ? "name" : "number", escaped(comparison.rows[0][i]),
                        escaped(comparison.rows[1][i]));
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 2; r < comparison.rows.size(); ++r) {
    const auto& row = comparison.rows[r];
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      html += fmt::format("<td class=\"{}\">{}</td>", comparison.left[i] ? "name" : "number",
                          i == 0 && r - 2 < runs.size() ? link(dir, runs[r - 2]) : escaped(row[i]));
    html += "</tr>\n";
  }
  html += "</tbody></table></div>\n";
  for (const std::string& note : comparison.notes) html += fmt::format("<p class=\"note\">{}</p>\n", escaped(note));
  return html;
}

}  // namespace

std::vector<StoredResult> runs_below(const fs::path& dir) {
  std::vector<StoredResult> runs;
  for (const fs::path& variant : folders_in(dir)) {
    const std::string name = variant.filename().string();
    add_run(variant, name, runs);
    for (const fs::path& seed : folders_in(variant))
      if (seed.filename().string().starts_with(run::kSeedPrefix)) add_run(seed, name + '/' + seed.filename().string(), runs);
  }
  return runs;
}

std::string scenario_page(const fs::path& dir, const std::vector<StoredResult>& runs,
                          const std::vector<report::NotRun>& not_run) {
  const Result& first = runs.front().result;
  std::string body = fmt::format(
      "<main class=\"scenario\">\n<header><p class=\"kind\">scenario</p><h1>{}</h1><p class=\"question\">{}</p>"
      "<p class=\"facts\">{}</p></header>\n{}",
      escaped(first.scenario), escaped(first.question), escaped(report::common_facts(runs)),
      table(dir, runs, report::comparison(runs, not_run)));
  body += "<section><h2>What each did</h2>\n<dl class=\"stories\">\n";
  for (const StoredResult& run : runs)
    body += fmt::format("<dt>{}</dt><dd>{}</dd>\n", link(dir, run), escaped(report::sentence(run.result)));
  return document(first.scenario, body + "</dl></section>\n</main>\n");
}

}  // namespace tb::page
