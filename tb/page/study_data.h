// SPDX-License-Identifier: Apache-2.0
// What the scripts of a study's page read. assets/study_data.js reads it: both say what a list holds.
#pragma once

#include <cstddef>
#include <string_view>

#include "json/value.h"
#include "tb/campaign/study_result.h"

namespace tb::page {

struct StudyLimits {
  std::size_t runs = 50'000;  // of more, the page has the runs of every n-th point, and of those on fronts
};

struct StudyData {
  json::Value meta;  // what answers.json has but for the points, and what the charts go by
  json::Value
      points;  // number: of each point that the page has; axes: of each axis, of each point, the number of its level, else its
               // value; responses: of each response the lists median, runs, and of several seeds low, high
  json::Value
      runs;  // by point, then by seed. responses: of each response a list; outcome, cycles, hash, message, command, variant
};

// Null stands for a number that is none.
[[nodiscard]] StudyData study_data(const campaign::StudyResult& result, const StudyLimits& limits = {});
// As the study's file has it.
[[nodiscard]] std::string_view name_of(campaign::Design::Kind kind);

}  // namespace tb::page
