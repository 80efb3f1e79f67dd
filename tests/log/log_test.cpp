// SPDX-License-Identifier: Apache-2.0
// Goal: what is written is what is read; a cut or damaged log is told from a whole one; the hash is the run's identity.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "event_names.h"  // generated
#include "log/event_hash.h"
#include "log/printer.h"
#include "log/reader.h"
#include "log/writer.h"
#include "tb/run/shared_state.h"
#include "tests/log/script.h"

namespace event_log {
namespace {

using test::Played;
using testing::HasSubstr;

class LogTest : public testing::Test {
 protected:
  std::string write(const std::vector<Played>& script, bool verbose) {
    const std::string path = (dir_ / (verbose ? "verbose.bin" : "events.bin")).string();
    LogWriter writer(path, state_->log, verbose);
    for (const auto& event : test::encode(script)) writer.add(event.view());
    writer.close();
    digest_ = writer.digest();
    return path;
  }
  static std::vector<std::string> read(const std::string& path) {
    std::vector<std::string> lines;
    LogReader reader(path);
    EventView event;
    while (reader.next(event)) lines.push_back(format_event(event, Format::kCsv));
    if (reader.truncated()) lines.emplace_back("truncated");
    return lines;
  }

  test::TempDir dir_;
  tb::run::SharedStateMapping state_;
  std::string digest_;
};

TEST_F(LogTest, ReadsBackWhatWasWritten) {
  const auto lines = read(write(kScript, true));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "5,0,irq_off,site=schedule");
  EXPECT_EQ(lines[1], "5,1,lock_acquired,lock=3 owner=0");
  EXPECT_EQ(lines[2],
            "70000,0,sched_switch,\"prev_pid=0 prev_comm=swapper/0 prev_state=R next_pid=4096 "
            "next_comm=\"\"sleeper,\"\"\"\"0\"\"\"\"\"\" prev_class=idle "
            "next_class=ext\"");
  EXPECT_EQ(lines[3], "70001,2,balance_exit,result=true dispatch_calls=18446744073709551615 trapped=true lock_wait=0");
}

TEST_F(LogTest, WhatWaitsInTheBufferCanBeReadAfterASync) {
  const std::string path = (dir_ / "events.bin").string();
  const auto events = test::encode(kScript);
  LogWriter writer(path, state_->log, true);
  EXPECT_EQ(read(path).size(), 0U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    writer.add(events[i].view());
    EXPECT_EQ(read(path).size(), i) << "nothing by itself";
    sync_log(state_->log);
    EXPECT_EQ(read(path).size(), i + 1);
  }
  writer.close();
  sync_log(state_->log);  // nobody's file any more
  const std::string digest = writer.digest();
  EXPECT_EQ(read(path), read(write(kScript, true)));
  EXPECT_EQ(digest, digest_);
}

TEST_F(LogTest, SyncsBetweenFlushesChangeNothing) {
  const auto events = test::encode({{1, 0, [] { trace::policy_print("some text that makes a record long"); }}});
  const auto write_many = [&](const char* name, unsigned sync_every) {
    const std::string path = (dir_ / name).string();
    LogWriter writer(path, state_->log, false);
    sim::Event event = events[0].view();
    for (unsigned i = 1; i <= 30'000; ++i) {  // some four buffers
      event.cycle = i;
      writer.add(event);
      if (i % sync_every == 0) sync_log(state_->log);
    }
    writer.close();
    std::ifstream file(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), {});
  };
  const std::string plain = write_many("plain.bin", 1'000'000);
  EXPECT_GT(plain.size(), 3 * LogBuffer::kBytes);
  EXPECT_TRUE(plain == write_many("synced.bin", 17));
}

TEST_F(LogTest, VerboseEventsAreWrittenOnRequestAndNeverHashed) {
  EXPECT_EQ(read(write(kScript, false)).size(), 3U);
  const std::string plain = digest_;
  EXPECT_EQ(read(write(kScript, true)).size(), 4U);
  EXPECT_EQ(digest_, plain);
}

TEST_F(LogTest, HashIsThatOfTheBytesAtTheDefaultLevel) {
  std::ifstream file(write(kScript, false), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(hash_text(std::string_view(bytes).substr(kHeaderBytes)), digest_);
}

TEST_F(LogTest, HashIsTheSameHoweverMuchIsWrittenAtOnce) {
  std::vector<Played> script;
  for (sim::Cycle cycle = 0; cycle < 12'000; ++cycle) {  // more than the writer's buffer, and many of the hash's blocks
    script.push_back({7 * cycle, 0, [] { trace::lock_acquired(3, 0); }});
    script.push_back({7 * cycle, 1, [] { trace::sched_wakeup(77, "a task with a long", 0); }});
  }
  std::ifstream file(write(script, false), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_GT(bytes.size(), LogBuffer::kBytes);
  EXPECT_EQ(hash_text(std::string_view(bytes).substr(kHeaderBytes)), digest_);
  const std::string plain = digest_;
  EXPECT_EQ(read(write(script, true)).size(), script.size());
  EXPECT_EQ(digest_, plain);
}

TEST_F(LogTest, HashChangesWithEveryPartOfAnEvent) {
  const auto digest_of = [](sim::Cycle cycle, sim::HartId hart, std::uint8_t id, std::vector<std::uint8_t> payload) {
    EventHash hash;
    hash.add(cycle, hart, id, payload);
    return hash.digest();
  };
  const std::string original = digest_of(9, 1, 0, {1});
  EXPECT_EQ(digest_of(9, 1, 0, {1}), original);
  EXPECT_NE(digest_of(8, 1, 0, {1}), original);
  EXPECT_NE(digest_of(9, 0, 0, {1}), original);
  EXPECT_NE(digest_of(9, 1, 1, {1}), original);
  EXPECT_NE(digest_of(9, 1, 0, {2}), original);
}

TEST_F(LogTest, EventsOutOfOrderAreRefused) {
  LogWriter writer((dir_ / "x.bin").string(), state_->log, false);
  const auto events =
      test::encode({{10, 1, [] { trace::wfi_exit(); }}, {10, 0, [] { trace::wfi_exit(); }}, {9, 3, [] { trace::wfi_exit(); }}});
  writer.add(events[0].view());
  EXPECT_THROW(writer.add(events[1].view()), std::logic_error);
  EXPECT_THROW(writer.add(events[2].view()), std::logic_error);
}

TEST_F(LogTest, EveryCutEndsAtTheLastCompleteRecord) {
  const std::string path = write(kScript, true);
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  const auto whole = read(path);
  for (std::size_t length = kHeaderBytes; length < bytes.size(); ++length) {
    std::ofstream(dir_ / "cut.bin", std::ios::binary) << bytes.substr(0, length);
    auto lines = read((dir_ / "cut.bin").string());
    if (!lines.empty() && lines.back() == "truncated") lines.pop_back();
    ASSERT_LT(lines.size(), whole.size()) << length;
    EXPECT_TRUE(std::equal(lines.begin(), lines.end(), whole.begin())) << length;
  }
}

TEST_F(LogTest, WhatIsNoLogIsRefused) {
  const auto error_of = [&](const std::string& bytes) -> std::string {
    std::ofstream(dir_ / "bad.bin", std::ios::binary) << bytes;
    try {
      read((dir_ / "bad.bin").string());
    } catch (const LogError& error) {
      return error.what();
    }
    return "no error";
  };
  std::ifstream file(write(kScript, true), std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(error_of(""), HasSubstr("not an event log"));
  EXPECT_THAT(error_of("hello, this is not a log"), HasSubstr("not an event log"));
  std::string other = good;
  other[9] = static_cast<char>(other[9] ^ 1);
  EXPECT_THAT(error_of(other), HasSubstr("another event list"));
  EXPECT_THAT(error_of(good.substr(0, kHeaderBytes) + std::string("\x01\x00\xf0\x00", 4)),
              HasSubstr("damaged at byte 16: event id 240"));
  EXPECT_THAT(error_of(good.substr(0, kHeaderBytes) + std::string("\x01\x00\x00\x01\x00", 5)),
              HasSubstr("fields that do not fit"));
  EXPECT_THAT(error_of(good.substr(0, kHeaderBytes) + std::string("\x01\x00", 2) + static_cast<char>(events::kWfiExit) +
                       std::string("\x01\x00", 2)),
              HasSubstr("fields that do not fit"))
      << "a byte too many";
  EXPECT_THAT(error_of(good.substr(0, kHeaderBytes) + std::string("\x01\x00", 2) + static_cast<char>(events::kPolicyPrint) +
                       std::string("\x03\x03xy", 4)),
              HasSubstr("fields that do not fit"))
      << "a text longer than its record";
  EXPECT_THROW(LogReader((dir_ / "none.bin").string()), LogError);
}

TEST_F(LogTest, AWriterKilledAtAnyRecordLosesNothing) {
  const std::string path = (dir_ / "killed.bin").string();
  std::vector<Played> script;
  for (unsigned i = 0; i < 100'000; ++i) script.push_back({i, 0, [i] { trace::tick(i, 7); }});  // several buffers full
  {
    LogWriter writer(path, state_->log, false);
    for (const auto& event : test::encode(script)) writer.add(event.view());
    digest_ = writer.digest();
  }  // destroyed without close(): as if its process had died
  EXPECT_LT(read(path).size(), script.size());
  rescue_log(path, state_->log);
  rescue_log(path, state_->log);
  EXPECT_EQ(read(path).size(), script.size());
}

TEST_F(LogTest, RescueCutsWhatWasWrittenTwice) {
  const std::string path = (dir_ / "killed.bin").string();
  {
    LogWriter writer(path, state_->log, false);
    for (const auto& event : test::encode(kScript)) writer.add(event.view());
  }
  // Died after write(), before the buffer was marked empty: the bytes are in both places.
  std::ofstream(path, std::ios::binary | std::ios::app) << "partly written";
  rescue_log(path, state_->log);
  EXPECT_EQ(read(path).size(), 3U);
}

}  // namespace
}  // namespace event_log
