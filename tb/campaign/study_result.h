// SPDX-License-Identifier: Apache-2.0
// What a study found: its runs, what they say of each point, and the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/campaign/effects.h"
#include "tb/campaign/engine.h"
#include "tb/campaign/points.h"
#include "tb/campaign/sensitivity.h"
#include "tb/campaign/statistics.h"
#include "tb/campaign/study.h"

namespace tb::campaign {

// From so many values on an interval is the 95 % interval of their median, by bootstrap; of fewer, it is the least and the most.
inline constexpr std::size_t kIntervalRuns = 6;

// A response at a point, over the seeds.
struct Summary {
  double median = kNothing;
  Interval interval{kNothing, kNothing};  // see kIntervalRuns
  double least = kNothing, most = kNothing;
  std::size_t count = 0;  // of runs that have the response
};

// Two neighbouring values of an axis between which a response flips, all else equal.
struct Flip {
  std::size_t cliff = 0;  // of the study's
  Point point;            // the other axes; on the cliff's axis: `above`
  std::uint64_t seed = 0;
  std::int64_t below = 0, above = 0;  // above = below + 1
  bool rises = false;                 // it is reached at `above`, not at `below`
  bool unsure = false;  // a run on the way failed, or a condition forbids it: it is somewhere between the two values
};

// How much a response changes from the first level of an axis to its last, all else equal, the seed too: of each seed the median over
// the other axes, then over the seeds.
struct Change {
  double median = kNothing;
  Interval interval{kNothing, kNothing};  // over the seeds; see kIntervalRuns. Nothing of one seed
  std::size_t pairs = 0;
};

// What one response says of all axes.
struct ResponseAnswers {
  std::optional<Effects> effects;    // of a grid
  std::vector<Change> changes;       // by axis; of a grid
  double noise = 0;                  // variance among the seeds of a point, against that among all runs; of a grid
  std::vector<SobolIndex> sobol;     // by axis; of a Saltelli design
  std::vector<MorrisEffect> morris;  // by axis; of a Morris design
  std::size_t groups_used = 0;       // of base points or trajectories, that no failed run spoils
};

struct StudyResult {
  Study study;
  Points points;
  std::vector<Measured> runs;                   // by point, then by seed
  std::vector<std::vector<Summary>> summaries;  // by response, then by point
  std::vector<ResponseAnswers> answers;         // by response
  std::vector<Flip> flips;
  std::vector<std::vector<std::size_t>> fronts;  // of each pair of the study: points
  std::string hash;                              // of study.csv

  [[nodiscard]] std::size_t number_of(std::size_t point, std::size_t seed) const { return point * study.seeds.size() + seed; }
  [[nodiscard]] const Measured& run(std::size_t point, std::size_t seed) const { return runs[number_of(point, seed)]; }
  // Of one response, one number per point: the median over the seeds.
  [[nodiscard]] std::vector<double> medians(std::size_t response) const;
  [[nodiscard]] std::size_t failed() const;
};

// All runs of the study, by point, then by seed.
[[nodiscard]] std::vector<Setting> settings_of(const Study& study, const Points& points);

// Runs what is not stored, searches the cliffs, computes the answers. Throws as Engine does.
[[nodiscard]] StudyResult run_study(const Study& study, Engine& engine);

}  // namespace tb::campaign
