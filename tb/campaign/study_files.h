// SPDX-License-Identifier: Apache-2.0
// The files of a study that other tools read. All are functions of the result alone: no time, no host, no order of the work.
#pragma once

#include <filesystem>
#include <string>

#include "json/value.h"
#include "tb/campaign/study_result.h"

namespace tb::campaign {

// One row per run: point, axes, seed, responses, outcome, cycles, hash of events.
[[nodiscard]] std::string csv_text(const StudyResult& result);
// One row per point: axes, and of each response the median over the seeds with its interval.
[[nodiscard]] std::string points_text(const StudyResult& result);
// What the columns of study.csv are: name, unit, meaning.
[[nodiscard]] std::string columns_text(const StudyResult& result);
// The same runs, one JSON object per line, each with the command that repeats it.
[[nodiscard]] std::string ndjson_text(const StudyResult& result);
// Points with their summaries, effects, indices, flips, fronts.
[[nodiscard]] json::Value answers_json(const StudyResult& result);
// Charts for papers, of each response over the first axis of numbers: a Vega-Lite specification, which reads study.csv, and a gnuplot
// script, which reads points.csv and writes study.svg.
[[nodiscard]] json::Value vega_lite(const StudyResult& result);
[[nodiscard]] std::string gnuplot_script(const StudyResult& result);

// The axis that charts are drawn over: the first of numbers, else the first.
[[nodiscard]] std::size_t chart_axis(const Study& study);
// The axis that is told apart by colour: the first other one with several levels.
[[nodiscard]] std::optional<std::size_t> colour_axis(const Study& study);

// The level of a point on an axis, as printed.
[[nodiscard]] std::string label_at(const Study& study, const Point& point, std::size_t axis);
// A number in as few digits as tell it apart. Nothing for NaN.
[[nodiscard]] std::string number_text(double value);

// Writes study.csv, columns.csv, points.csv, study.ndjson, answers.json, study.vl.json, study.gp. Throws std::system_error.
void write_files(const StudyResult& result, const std::filesystem::path& dir);

}  // namespace tb::campaign
