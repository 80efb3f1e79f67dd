// SPDX-License-Identifier: Apache-2.0
// Goal: slices begin and end on their lanes, flows lead from an IPI and from a wakeup to what they cause, and the events of Linux
// are in bundles of their CPU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tb/export/perfetto_protos.h"
#include "tb/export/protobuf.h"
#include "tests/tb/export/exported.h"
#include "tests/tb/export/proto_reader.h"

namespace tb::exports {
namespace {

using test::proto_field;
using test::proto_fields;
using testing::Contains;
using testing::ElementsAre;

TEST(MessageTest, BytesAreThoseOfProtobuf) {
  Message inner, message;
  inner.text(2, "testing");
  message.number(1, std::uint64_t{150});
  message.message(3, inner);
  message.fixed64(47, 1);
  message.number(4, std::int64_t{-1});
  EXPECT_EQ(message.bytes(),
            std::string(
                "\x08\x96\x01\x1a\x09\x12\x07testing\xf9\x02\x01\0\0\0\0\0\0\0\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 35));
}

class PerfettoTest : public testing::Test {
 protected:
  struct Slice {
    std::string name;
    std::uint64_t from = 0, to = 0;
    bool operator==(const Slice&) const = default;
  };

  void read(const std::vector<test::Played>& script) {
    test::write_run(dir_ / "run", script);
    export_run({.run_dir = (dir_ / "run").string(), .perfetto = (dir_ / "trace").string()});
    for (const auto& packet : proto_fields(test::contents(dir_ / "trace"))) {
      ASSERT_EQ(packet.id, proto::trace::kPacket);
      if (const auto track = proto_field(packet.bytes, proto::trace_packet::kTrackDescriptor); track.id != 0) {
        tracks_[proto_field(track.bytes, proto::track_descriptor::kUuid).number] = {
            proto_field(track.bytes, proto::track_descriptor::kParentUuid).number,
            proto_field(track.bytes, proto::track_descriptor::kName).bytes};
      } else if (const auto event = proto_field(packet.bytes, proto::trace_packet::kTrackEvent); event.id != 0) {
        see(proto_field(packet.bytes, proto::trace_packet::kTimestamp).number, event.bytes);
      } else {
        bundles_.push_back(proto_field(packet.bytes, proto::trace_packet::kFtraceEvents).bytes);
      }
    }
    for (const auto& [lane, open] : open_) EXPECT_TRUE(open.empty()) << lane;
  }

  void see(std::uint64_t ns, const std::string& event) {
    const auto& [parent, name] = tracks_.at(proto_field(event, proto::track_event::kTrackUuid).number);
    const std::string lane = tracks_.at(parent).second + " " + name;
    const Slice slice{proto_field(event, proto::track_event::kName).bytes, ns, ns};
    for (const auto& field : proto_fields(event))
      if (field.id == proto::track_event::kDebugAnnotations) arguments_[slice.name] += argument(field.bytes);
    for (const auto& field : proto_fields(event)) {
      if (field.id == proto::track_event::kFlowIds) flows_[field.number].first = lane + " " + slice.name;
      if (field.id == proto::track_event::kTerminatingFlowIds) flows_[field.number].second = lane + " " + slice.name;
    }
    switch (proto_field(event, proto::track_event::kType).number) {
      case proto::track_event::kSliceBegin: open_[lane].push_back(slice); break;
      case proto::track_event::kSliceEnd:
        ASSERT_FALSE(open_[lane].empty()) << lane;
        lanes_[lane].push_back(open_[lane].back());
        lanes_[lane].back().to = ns;
        open_[lane].pop_back();
        break;
      default: instants_[lane].push_back(slice);
    }
  }

  // "name=value ", a text in quotes.
  static std::string argument(const std::string& annotation) {
    namespace field = proto::debug_annotation;
    std::string value;
    for (const auto& each : proto_fields(annotation))
      if (each.id == field::kStringValue) value = '"' + each.bytes + '"';
      else if (each.id == field::kIntValue) value = std::to_string(static_cast<std::int64_t>(each.number));
      else if (each.id == field::kBoolValue) value = each.number == 1 ? "true" : "false";
      else if (each.id == field::kUintValue) value = std::to_string(each.number);
    return proto_field(annotation, field::kName).bytes + "=" + value + " ";
  }

  // Its fields, "number:value ".
  static std::string flat(const std::string& message) {
    std::string text;
    for (const auto& field : proto_fields(message))
      text += std::to_string(field.id) + ":" + (field.bytes.empty() ? std::to_string(field.number) : field.bytes) + " ";
    return text;
  }

  test::TempDir dir_;
  std::map<std::string, std::string> arguments_;                           // of all events of that name
  std::map<std::uint64_t, std::pair<std::uint64_t, std::string>> tracks_;  // parent, name
  std::map<std::string, std::vector<Slice>> open_, lanes_, instants_;
  std::map<std::uint64_t, std::pair<std::string, std::string>> flows_;
  std::vector<std::string> bundles_;
};

TEST_F(PerfettoTest, ALaneForEachKindOfSlice) {
  read(test::kExportScript);
  EXPECT_THAT(lanes_["hart 1 task"], ElementsAre(Slice{"work,er", 4000, 7000}));
  EXPECT_THAT(lanes_["hart 1 WFI"], ElementsAre(Slice{"WFI", 1000, 3300}));
  EXPECT_THAT(lanes_["hart 1 interrupts"], ElementsAre(Slice{"RCU", 3500, 3600}, Slice{"software", 3400, 3700}));
  EXPECT_THAT(lanes_["hart 1 interrupts off"], ElementsAre(Slice{"WFI ended", 3300, 3310}, Slice{"interrupt", 3400, 3710},
                                                           Slice{"schedule", 3800, 4010}, Slice{"schedule", 6000, 7010}));
  EXPECT_THAT(lanes_["hart 1 balance"], ElementsAre(Slice{"dispatch loop", 6300, 6400}, Slice{"balance", 6100, 6500}));
  EXPECT_EQ(instants_["hart 1 balance"].size(), 2U);
  EXPECT_THAT(instants_["hart 1 events"], Contains(Slice{"breakout", 6400, 6400}));
  EXPECT_THAT(instants_["hart 1 events"], Contains(Slice{"scx_disable", 900'000'000, 900'000'000}));
  EXPECT_THAT(instants_["hart 0 events"], Contains(Slice{"reset", 0, 0}));
}

TEST_F(PerfettoTest, FlowsOfWakeupsAndIpis) {
  read(test::kExportScript);
  std::vector<std::pair<std::string, std::string>> flows;
  for (const auto& [id, ends] : flows_) flows.push_back(ends);
  EXPECT_THAT(flows, ElementsAre(std::pair("hart 0 events sched_wakeup", "hart 1 task work,er"),
                                 std::pair("hart 0 events ipi_raise", "hart 1 interrupts software")));
}

TEST_F(PerfettoTest, NoFlowFromWhatCausesNothing) {
  read({{0, 0, test::switched(0, "swapper/0", trace::TaskState::kR, 5, "a")},
        {10, 1, [] { trace::sched_wakeup(5, "a", 0); }},  // it runs
        {20, 0, [] { trace::irq_entry(trace::Cause::kSoftware); }},
        {30, 1, [] { trace::ipi_raise(0, trace::IpiReason::kKick, true); }},  // its handler runs
        {40, 0, [] { trace::irq_exit(trace::Cause::kSoftware); }},
        {50, 0, [] { trace::irq_entry(trace::Cause::kSoftware); }}});
  EXPECT_TRUE(flows_.empty());
  EXPECT_THAT(lanes_["hart 0 interrupts"], ElementsAre(Slice{"software", 200, 400}, Slice{"software", 500, 500}));
}

TEST_F(PerfettoTest, AResetEndsAllSlicesOfAllHarts) {
  read({{0, 1, test::switched(0, "swapper/1", trace::TaskState::kR, 5, "a")},
        {10, 1, [] { trace::irq_off(trace::Site::kSchedule); }},
        {20, 1, [] { trace::balance_enter(5); }},
        {30, 0, [] { trace::sched_wakeup(6, "b", 0); }},
        {40, 0, [] { trace::ipi_raise(1, trace::IpiReason::kKick, true); }},
        {100, 0, [] { trace::reset(1, true); }},
        {200, 1, [] { trace::irq_entry(trace::Cause::kSoftware); }},
        {300, 0, test::switched(0, "swapper/0", trace::TaskState::kR, 6, "b")}});
  EXPECT_THAT(lanes_["hart 1 task"], ElementsAre(Slice{"a", 0, 1000}));
  EXPECT_THAT(lanes_["hart 1 balance"], ElementsAre(Slice{"balance", 200, 1000}));
  for (const auto& [id, ends] : flows_) EXPECT_EQ(ends.second, "");
}

TEST_F(PerfettoTest, ArgumentsAreTheFields) {
  read(test::kExportScript);
  EXPECT_EQ(arguments_["scx_disable"], "name=\"qmap\" kind=1024 code=-1 reason=\"reason\" msg=\"\" ");
  EXPECT_EQ(arguments_["ipi_raise"], "target_cpu=1 reason=\"reschedule\" mie=true ");
  EXPECT_EQ(arguments_["breakout"], "limit=2 retry=\"kick\" ");
  EXPECT_THAT(arguments_["work,er"],
              testing::HasSubstr("next_pid=5 next_comm=\"work,er\" prev_class=\"fair\" next_class=\"rt\" "));
  EXPECT_THAT(arguments_[""], testing::HasSubstr("result=false dispatch_calls=2 trapped=true lock_wait=0 "))
      << "at the end of a slice";
}

TEST_F(PerfettoTest, EventsOfLinuxHaveTheirFields) {
  read(test::kExportScript);
  std::vector<std::string> found;
  for (const auto& bundle : bundles_)
    for (const auto& event : proto_fields(bundle)) {
      if (event.id != proto::ftrace_event_bundle::kEvent) continue;
      const auto fields = proto_fields(event.bytes);
      found.push_back(std::to_string(fields.at(0).number) + " " + std::to_string(fields.at(1).number) + " " +
                      std::to_string(fields.at(3).number) + " " + flat(fields.at(2).bytes));
    }
  // Time, PID, flags, then the fields of the event.
  EXPECT_THAT(found, ElementsAre("3000 0 0 1:work,er 2:5 3:98 4:1 5:1 ", "3000 0 0 1:work,er 2:5 3:98 4:1 5:1 ",
                                 "1000 0 0 1:1 2:1 ", "3300 0 4 1:4294967295 2:1 ", "3400 0 13 1:3 2:software ", "3500 0 29 1:9 ",
                                 "3600 0 29 1:9 ", "3700 0 13 1:3 2:1 ", "4000 0 1 1:swapper/1 2:0 3:120 4:0 5:work,er 6:5 7:98 ",
                                 "7000 5 1 1:work,er 2:5 3:120 4:1 5:swapper/1 6:0 7:120 "));
}

TEST_F(PerfettoTest, BundlesForPerfettosTables) {
  read(test::kExportScript);
  ASSERT_EQ(bundles_.size(), 2U);
  EXPECT_EQ(proto_field(bundles_[1], proto::ftrace_event_bundle::kCpu).number, 1U);
  std::vector<std::uint32_t> kinds;
  for (const auto& bundle : bundles_)
    for (const auto& event : proto_fields(bundle))
      if (event.id == proto::ftrace_event_bundle::kEvent) kinds.push_back(proto_fields(event.bytes).at(2).id);
  namespace field = proto::ftrace_event;
  EXPECT_THAT(kinds, ElementsAre(field::kSchedWaking, field::kSchedWakeup, field::kCpuIdle, field::kCpuIdle,
                                 field::kIrqHandlerEntry, field::kSoftirqEntry, field::kSoftirqExit, field::kIrqHandlerExit,
                                 field::kSchedSwitch, field::kSchedSwitch));
}

}  // namespace
}  // namespace tb::exports
