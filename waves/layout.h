// SPDX-License-Identifier: Apache-2.0
// A view laid out: groups of rows, whichever program draws them.
#pragma once

#include <string>
#include <vector>

#include "waves/view.h"

namespace waves {

struct Row {
  std::string label;
  std::string path;  // in the dump, without range
  unsigned bits;
  const Signal* signal;
};

struct Group {
  std::string title;
  bool open;
  const Source* source;
  std::vector<Row> rows;
};

// How many harts a screen has room for, the one in question first.
[[nodiscard]] unsigned open_harts(View view);

// Refers to `picture`.
[[nodiscard]] std::vector<Group> lay_out(const Picture& picture);

// Every signal of the list in a run, whatever the view.
[[nodiscard]] std::vector<Row> all_rows(const Source& source);

// "[7:0]", or nothing, as GTKWave has it; one bit per hart has a range even if there is but one hart: "[0]".
[[nodiscard]] std::string range_of(const Row& row);

}  // namespace waves
