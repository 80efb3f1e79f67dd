// SPDX-License-Identifier: Apache-2.0
#include "log/parting.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <span>

#include "log/reader.h"

namespace event_log {

namespace {

// An event that stays in its file, which is mapped while a log is open.
struct Record {
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  std::uint8_t id = 0;
  std::span<const std::uint8_t> payload;
  std::uint64_t ordinal = 0;  // among the events of the default level
};

LoggedEvent told(const Record& record) {
  Decoder decoder;
  (void)decoder.decode(record.id, record.payload);  // as its reader did
  return {record.cycle, record.hart, to_string(EventView{record.cycle, record.hart, record.id, decoder.fields()})};
}

std::vector<LoggedEvent> told(const auto& records) {
  std::vector<LoggedEvent> events;
  for (const Record& record : records) events.push_back(told(record));
  return events;
}

void keep_last(auto& list, auto item, std::size_t most) {
  list.push_back(std::move(item));
  if (list.size() > most) list.pop_front();
}

// One log, event by event.
class Log {
 public:
  explicit Log(const std::string& path) : reader_(path) { next(); }

  [[nodiscard]] bool more() const { return more_; }
  [[nodiscard]] const EventView& event() const { return event_; }
  [[nodiscard]] Record record() const { return {event_.cycle, event_.hart, event_.id, reader_.payload(), ordinal_ - 1}; }
  [[nodiscard]] sim::Cycle last() const { return reader_.extent().last; }
  void next() {
    do more_ = reader_.next(event_);
    while (more_ && type_of(event_.id).verbose);
    ++ordinal_;
  }

 private:
  LogReader reader_;
  EventView event_;
  bool more_ = false;
  std::uint64_t ordinal_ = 0;
};

bool same(const Log& a, const Log& b) {
  return a.event().cycle == b.event().cycle && a.event().hart == b.event().hart && a.event().id == b.event().id &&
         std::ranges::equal(a.record().payload, b.record().payload);
}

bool same_decision(const Record& a, const Record& b) {
  Decoder in_a, in_b;
  return in_a.decode(a.id, a.payload) && in_b.decode(b.id, b.payload) &&
         event_log::same_decision({a.cycle, a.hart, a.id, in_a.fields()}, {b.cycle, b.hart, b.id, in_b.fields()});
}

// The decisions of one stream in both logs.
struct Stream {
  std::deque<std::array<Record, 2>> before;   // the last that are in both
  std::array<std::deque<Record>, 2> pending;  // seen in one log and not yet in the other
  std::uint64_t equal = 0;
  bool parted = false;
  std::array<std::vector<Record>, 2> after;  // once parted
};

// Compares the decisions of two logs stream by stream, as both are read.
class Decisions {
 public:
  explicit Decisions(std::size_t context) : context_(std::max<std::size_t>(1, context)) {}

  // An event that is the same in both.
  void add_to_both(const Log& log) {
    namers_[0].on_event(log.event());
    if (!is_decision(log.event().id)) return;
    Stream& stream = streams_[namers_[0].stream_of(log.event())];
    keep_last(stream.before, std::array{log.record(), log.record()}, context_);
    ++stream.equal;
  }
  // From here on each log goes its own way.
  void part() { namers_[1] = namers_[0]; }
  void add(std::size_t side, const Log& log) {
    namers_[side].on_event(log.event());
    if (!is_decision(log.event().id)) return;
    const StreamName name = namers_[side].stream_of(log.event());
    put(name, streams_[name], side, log.record());
  }
  // One of the logs ends there.
  void end(sim::Cycle cycle) { horizon_ = std::min(horizon_, cycle); }
  // Nothing that may still come is earlier than what was found, and its context is complete.
  [[nodiscard]] bool done(sim::Cycle read_up_to) const {
    if (!best_ || read_up_to <= best_->cycle) return false;
    const Stream& found = streams_.at(best_->name);
    if (found.after[0].size() < context_ || found.after[1].size() < context_) return false;
    return std::ranges::none_of(streams_, [this](const auto& entry) {
      const auto& pending = entry.second.pending;
      return std::ranges::any_of(
          pending, [this](const auto& records) { return !records.empty() && records.front().cycle < best_->cycle; });
    });
  }
  // What one log has and the other one lacks, although that went on for long enough.
  void finish(const std::array<sim::Cycle, 2>& ends) {
    for (auto& [name, stream] : streams_)
      for (const std::size_t side : {0U, 1U}) {
        const std::size_t other = 1 - side;
        if (stream.pending[side].empty() || stream.pending[side].front().cycle + lag_[other] > ends[other]) continue;
        part(name, stream);
      }
  }
  struct Found {
    StreamName name;
    sim::Cycle cycle = 0;
  };
  [[nodiscard]] const std::optional<Found>& best() const { return best_; }
  [[nodiscard]] const Stream& stream(const StreamName& name) const { return streams_.at(name); }

 private:
  void put(const StreamName& name, Stream& stream, std::size_t side, const Record& record) {
    auto& mine = stream.pending[side];
    auto& others = stream.pending[1 - side];
    if (stream.parted) {
      if (stream.after[side].size() < context_) stream.after[side].push_back(record);
    } else if (others.empty()) {
      // Later ones than the first that differs, or than the end of the other log, cannot be the first; a few are its context.
      const bool may_be_first = record.cycle <= horizon_ && (!best_ || record.cycle < best_->cycle);
      if (may_be_first || (!mine.empty() && mine.size() < context_)) mine.push_back(record);
    } else if (same_decision(record, others.front())) {
      const Record other = others.front();
      others.pop_front();
      ++stream.equal;
      keep_last(stream.before, side == 0 ? std::array{record, other} : std::array{other, record}, context_);
      if (record.cycle > other.cycle) lag_[side] = std::max(lag_[side], record.cycle - other.cycle);
      else lag_[1 - side] = std::max(lag_[1 - side], other.cycle - record.cycle);
    } else {
      mine.push_back(record);
      part(name, stream);
    }
  }
  void part(const StreamName& name, Stream& stream) {
    stream.parted = true;
    sim::Cycle cycle = sim::kNever;
    for (const std::size_t side : {0U, 1U}) {
      auto& pending = stream.pending[side];
      if (!pending.empty()) cycle = std::min(cycle, pending.front().cycle);
      const auto n = static_cast<std::ptrdiff_t>(std::min(context_, pending.size()));
      stream.after[side].assign(pending.begin(), pending.begin() + n);
      pending.clear();
    }
    if (!best_ || cycle < best_->cycle) best_ = Found{name, cycle};
  }

  std::size_t context_;
  std::array<DecisionNamer, 2> namers_;
  std::map<StreamName, Stream> streams_;
  std::array<sim::Cycle, 2> lag_{};  // by how much one log was behind the other, at most
  sim::Cycle horizon_ = sim::kNever;
  std::optional<Found> best_;
};

using Paths = std::array<std::string, 2>;

// Where to begin: at that event; without it, at the first one from that cycle on.
struct Begin {
  std::optional<std::uint64_t> ordinal;
  sim::Cycle cycle = 0;

  [[nodiscard]] bool reached(const Record& record) const { return ordinal ? record.ordinal >= *ordinal : record.cycle >= cycle; }
};

// What a hart did before and after: its events, and the tasks that it ran.
PartingSide on_hart(const std::string& path, sim::HartId hart, const Begin& begin, std::size_t context) {
  static const std::uint8_t kSwitch = *find_event("sched_switch");
  static const auto kNext = static_cast<std::size_t>(find_field(kSwitch, "next_comm"));
  PartingSide side;
  std::deque<Record> before;
  std::vector<Record> after;
  const std::size_t most = std::max<std::size_t>(1, context);
  Log log(path);
  for (; log.more() && (after.size() < most || side.runs.size() < most); log.next()) {
    if (log.event().hart != hart) continue;
    const Record record = log.record();
    const bool reached = begin.reached(record);
    if (!reached) keep_last(before, record, context);
    else if (after.size() < most) after.push_back(record);
    if (record.id != kSwitch) continue;
    Stay stay{std::string(log.event().fields[kNext].text), record.cycle};
    if (!reached) side.ran = std::move(stay);
    else if (side.runs.size() < most) side.runs.push_back(std::move(stay));
  }
  side.before = told(before);
  side.after = told(after);
  return side;
}

Parting parting_of_events(const Paths& paths, const std::array<Log, 2>& logs, std::uint64_t equal, std::size_t context) {
  const auto place = [](const Log& log) {
    return std::pair{log.more() ? log.event().cycle : sim::kNever, log.more() ? log.event().hart : 0};
  };
  const auto [cycle, hart] = std::min(place(logs[0]), place(logs[1]));
  Parting parting{cycle, hart, {StreamName::Of::kHart, hart, {}}, equal, {}, {}};
  parting.a = on_hart(paths[0], hart, {equal, 0}, context);
  parting.b = on_hart(paths[1], hart, {equal, 0}, context);
  return parting;
}

Parting parting_of_decisions(const Paths& paths, const Decisions& decisions, std::size_t context) {
  const auto& [name, cycle] = *decisions.best();
  const Stream& stream = decisions.stream(name);
  const auto first = [&stream](std::size_t side) { return stream.after[side].empty() ? nullptr : &stream.after[side].front(); };
  const std::size_t earlier = first(0) == nullptr || (first(1) != nullptr && first(1)->cycle < first(0)->cycle) ? 1 : 0;
  Parting parting{cycle, first(earlier)->hart, name, stream.equal, {}, {}};
  for (const std::size_t side : {0U, 1U}) {
    Begin begin{std::nullopt, cycle};
    if (const Record* const own = first(side)) begin.ordinal = own->ordinal;
    PartingSide& out = side == 0 ? parting.a : parting.b;
    out = on_hart(paths[side], parting.hart, begin, context);
    out.before.clear();
    if (context > 0)
      for (const auto& both : stream.before) out.before.push_back(told(both[side]));
    out.after = told(stream.after[side]);
  }
  return parting;
}

}  // namespace

Partings find_partings(const std::string& a, const std::string& b, std::size_t context) {
  const Paths paths{a, b};
  std::array<Log, 2> logs{Log(a), Log(b)};
  Decisions decisions(context);
  Partings partings;
  for (; logs[0].more() && logs[1].more() && same(logs[0], logs[1]); logs[0].next(), logs[1].next(), ++partings.equal)
    decisions.add_to_both(logs[0]);
  if (!logs[0].more() && !logs[1].more()) return partings;
  partings.event = parting_of_events(paths, logs, partings.equal, context);
  decisions.part();
  for (const Log& log : logs)
    if (!log.more()) decisions.end(log.last());
  constexpr unsigned kEvery = 256;  // events between two looks at whether all is known
  for (unsigned n = 0; logs[0].more() || logs[1].more(); ++n) {
    const std::size_t side = !logs[0].more() || (logs[1].more() && logs[1].event().cycle < logs[0].event().cycle) ? 1 : 0;
    if (n % kEvery == 0 && decisions.done(logs[side].event().cycle)) break;
    decisions.add(side, logs[side]);
    logs[side].next();
    if (!logs[side].more()) decisions.end(logs[side].last());
  }
  if (!logs[0].more() && !logs[1].more()) decisions.finish({logs[0].last(), logs[1].last()});
  if (decisions.best()) partings.decision = parting_of_decisions(paths, decisions, context);
  return partings;
}

}  // namespace event_log
