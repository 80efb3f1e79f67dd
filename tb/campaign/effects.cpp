// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/effects.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "tb/campaign/group_fit.h"
#include "tb/campaign/statistics.h"

namespace tb::campaign {
namespace {

// The points with a response.
struct Grid {
  std::vector<double> values;   // of the response
  std::vector<double> centred;  // the same about their mean
  double squares = 0;           // the sum of those of `centred`
  std::vector<Term> main, pairs;
};

std::vector<std::size_t> used_points(const std::vector<double>& responses) {
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < responses.size(); ++i)
    if (std::isfinite(responses[i])) used.push_back(i);
  return used;
}

void centre(Grid& grid, const std::vector<std::size_t>& used, const std::vector<double>& responses) {
  if (used.empty()) return;
  for (const std::size_t i : used) grid.values.push_back(responses[i]);
  const double near = grid.values.front();  // the same responses differ from it by exactly nothing
  for (const double value : grid.values) grid.centred.push_back(value - near);
  const double beyond = mean(grid.centred);
  for (double& value : grid.centred) {
    value -= beyond;
    grid.squares += value * value;
  }
}

Term pair_of(const Term& a, const Term& b) {
  Term both{a.group_of, a.groups * b.groups};
  for (std::size_t i = 0; i < both.group_of.size(); ++i) both.group_of[i] = a.group_of[i] * b.groups + b.group_of[i];
  return both;
}

Grid grid_of(const std::vector<std::vector<std::size_t>>& levels_of_point, const std::vector<std::size_t>& level_counts,
             const std::vector<double>& responses) {
  Grid grid;
  const std::vector<std::size_t> used = used_points(responses);
  centre(grid, used, responses);
  for (std::size_t f = 0; f < level_counts.size(); ++f) {
    Term& term = grid.main.emplace_back();
    term.groups = level_counts[f];
    for (const std::size_t i : used) {
      assert(levels_of_point[i][f] < level_counts[f]);
      term.group_of.push_back(levels_of_point[i][f]);
    }
  }
  for (std::size_t a = 0; a < grid.main.size(); ++a)
    for (std::size_t b = a + 1; b < grid.main.size(); ++b) grid.pairs.push_back(pair_of(grid.main[a], grid.main[b]));
  return grid;
}

std::vector<const Term*> pointers(const std::vector<Term>& terms) {
  std::vector<const Term*> all;
  for (const Term& term : terms) all.push_back(&term);
  return all;
}

double share(const Grid& grid, double part) { return grid.squares > 0 ? part / grid.squares : 0; }

// What each term of `model` from `first` on explains that the others do not.
std::vector<double> own_shares(const Grid& grid, const std::vector<const Term*>& model, std::size_t first, double explained) {
  std::vector<double> shares;
  for (std::size_t t = first; t < model.size(); ++t) {
    std::vector<const Term*> others = model;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(t));
    shares.push_back(std::max(0.0, share(grid, explained - fit(others, grid.centred).explained)));
  }
  return shares;
}

MainEffect main_effect(const Grid& grid, const Term& term) {
  std::vector<std::vector<double>> at(term.groups);
  for (std::size_t i = 0; i < grid.values.size(); ++i) at[term.group_of[i]].push_back(grid.values[i]);
  MainEffect effect;
  for (const std::vector<double>& values : at) effect.level_means.push_back(mean(values));
  effect.range = quantile(effect.level_means, 1) - quantile(effect.level_means, 0);
  return effect;
}

void add_main(Effects& found, const Grid& grid, const std::vector<const Term*>& model) {
  const std::vector<double> shares = own_shares(grid, model, 0, fit(model, grid.centred).explained);
  for (std::size_t f = 0; f < model.size(); ++f) {
    found.main.push_back(main_effect(grid, *model[f]));
    found.main.back().share = shares[f];
    found.shared -= shares[f];
  }
}

void add_interactions(Effects& found, const Grid& grid, const std::vector<const Term*>& model, double explained) {
  const std::size_t factors = grid.main.size();
  const std::vector<double> shares = own_shares(grid, model, factors, explained);
  auto next = shares.begin();
  for (std::size_t a = 0; a < factors; ++a) {
    for (std::size_t b = a + 1; b < factors; ++b) {
      found.interactions.push_back({a, b, *next});
      found.shared -= *next++;
    }
  }
}

}  // namespace

Effects effects(const std::vector<std::vector<std::size_t>>& levels_of_point, const std::vector<std::size_t>& level_counts,
                const std::vector<double>& responses) {
  assert(levels_of_point.size() == responses.size());
  const Grid grid = grid_of(levels_of_point, level_counts, responses);
  std::vector<const Term*> model = pointers(grid.main);
  Effects found;
  found.used = grid.centred.size();
  add_main(found, grid, model);
  for (const Term& pair : grid.pairs) model.push_back(&pair);
  const double explained = fit(model, grid.centred).explained;
  add_interactions(found, grid, model, explained);
  found.rest = std::max(0.0, share(grid, grid.squares - explained));
  found.shared += share(grid, explained);
  return found;
}

}  // namespace tb::campaign
