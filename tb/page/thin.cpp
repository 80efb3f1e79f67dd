// SPDX-License-Identifier: Apache-2.0
#include "tb/page/thin.h"

#include <algorithm>

namespace tb::page {
namespace {

bool alike(const HartSegment& a, const HartSegment& b) { return a.state == b.state && a.task == b.task; }
bool alike(const TaskSegment& a, const TaskSegment& b) { return a.same_as(b); }
void blend(HartSegment& into, const HartSegment& other) {
  if (into.detail != other.detail) into.detail = 0;
}
void blend(TaskSegment&, const TaskSegment&) {}

// Collects the segments of one cell after the other.
template <typename Segment>
class Grid {
 public:
  explicit Grid(sim::Cycle width) : width_(width) {}

  void add(const Segment& segment, sim::Cycle to) {
    for (sim::Cycle from = segment.from; from < to;) {
      const sim::Cycle cell_end = (from / width_ + 1) * width_;
      put(segment, std::min(to, cell_end) - from);
      from = std::min(to, cell_end);
      if (from != cell_end) continue;
      flush();
      begin_ = cell_end;
      if (to - from < width_) continue;
      const sim::Cycle whole = (to - from) / width_ * width_;  // all cells that only this one fills
      put(segment, whole);
      flush();
      from += whole;
      begin_ = from;
    }
  }
  [[nodiscard]] std::vector<Segment> take() {
    flush();
    return std::move(out_);
  }
  void begin(sim::Cycle cycle) { begin_ = cycle; }

 private:
  struct Part {
    Segment segment;
    sim::Cycle cycles;
  };

  void put(const Segment& segment, sim::Cycle cycles) {
    for (Part& part : cell_)
      if (alike(part.segment, segment)) {
        part.cycles += cycles;
        blend(part.segment, segment);
        return;
      }
    cell_.push_back({segment, cycles});
  }
  void flush() {
    for (Part& part : cell_) {
      part.segment.from = begin_;
      begin_ += part.cycles;
      if (out_.empty() || !out_.back().same_as(part.segment)) out_.push_back(part.segment);
    }
    cell_.clear();
  }

  sim::Cycle width_;
  sim::Cycle begin_ = 0;  // of what comes next
  std::vector<Part> cell_;
  std::vector<Segment> out_;
};

template <typename Segment>
std::vector<Segment> on_grid(const std::vector<Segment>& segments, sim::Cycle end, sim::Cycle width) {
  Grid<Segment> grid(width);
  if (!segments.empty()) grid.begin(segments.front().from);
  for (std::size_t i = 0; i < segments.size(); ++i) grid.add(segments[i], i + 1 < segments.size() ? segments[i + 1].from : end);
  return grid.take();
}

constexpr sim::Cycle kFirstWidth = 256;
constexpr sim::Cycle kWidest = sim::Cycle{1} << 40;

// `each` calls its argument with every list of segments and the cycle at which it ends.
template <typename Each>
sim::Cycle coarsen_all(const Each& each, std::size_t most) {
  const auto total = [&each] {
    std::size_t segments = 0;
    each([&segments](const auto& list, sim::Cycle) { segments += list.size(); });
    return segments;
  };
  if (total() <= most) return 1;
  sim::Cycle width = kFirstWidth;
  for (;; width *= 2) {
    each([width](auto& list, sim::Cycle end) { list = on_grid(list, end, width); });
    if (total() <= most || width >= kWidest) return width;
  }
}

}  // namespace

sim::Cycle coarsen(std::vector<HartLane>& lanes, std::size_t most) {
  return coarsen_all(
      [&lanes](const auto& see) {
        for (HartLane& lane : lanes) see(lane.segments, lane.end);
      },
      most);
}

sim::Cycle coarsen(std::vector<std::vector<TaskSegment>>& lanes, sim::Cycle end, std::size_t most) {
  return coarsen_all(
      [&lanes, end](const auto& see) {
        for (auto& lane : lanes) see(lane, end);
      },
      most);
}

}  // namespace tb::page
