// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cmath>
#include <fstream>

#include "tb/campaign/packed.h"
#include "tests/tb/support.h"

namespace tb::campaign {
namespace {

using testing::HasSubstr;

Record record(const std::string& key) {
  Record r;
  r.key = key;
  r.scenario = "stall";
  r.variant = "kick";
  r.seed = 18446744073709551615U;
  r.outcome = Outcome::kTimedOut;
  r.message = "it's \"late\"";
  r.ending = Ending::kEjected;
  r.cycles = 1234567890123;
  r.events = 42;
  r.event_hash = "0123";
  r.clock_mhz = 100;
  r.metrics = packed("{\"a\":1}");
  r.found = {{"count tick", 3.0}, {"first breakout", std::nan("")}};
  r.host_seconds = 0.25;
  r.cpu_seconds = 0.125;
  return r;
}

TEST(StoreTest, ARecordComesBackAsItWas) {
  const tb::test::TempDir dir;
  { Store(dir / "s.db").put(record("k")); }
  const auto back = Store(dir / "s.db").find("k");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->seed, 18446744073709551615U);
  EXPECT_EQ(back->outcome, Outcome::kTimedOut);
  EXPECT_EQ(back->message, "it's \"late\"");
  EXPECT_EQ(back->ending, Ending::kEjected);
  EXPECT_EQ(back->cycles, 1234567890123U);
  EXPECT_EQ(back->events, 42U);
  EXPECT_EQ(back->clock_mhz, 100U);
  EXPECT_EQ(unpacked(back->metrics), "{\"a\":1}");
  EXPECT_EQ(back->found.at("count tick"), 3.0);
  EXPECT_TRUE(std::isnan(back->found.at("first breakout")));
  EXPECT_EQ(back->host_seconds, 0.25);
  EXPECT_EQ(back->cpu_seconds, 0.125);
}

TEST(StoreTest, TheSameKeyIsReplacedAnotherIsNotFound) {
  const tb::test::TempDir dir;
  Store store(dir / "s.db");
  store.put(record("k"));
  Record newer = record("k");
  newer.events = 7;
  store.put(newer);
  EXPECT_EQ(store.size(), 1U);
  EXPECT_EQ(store.find("k")->events, 7U);
  EXPECT_FALSE(store.find("other"));
}

std::string error(const std::filesystem::path& file) {
  try {
    const Store store(file);
  } catch (const StoreError& failure) {
    return failure.what();
  }
  return {};
}

TEST(StoreTest, AForeignFileIsRefusedAndKept) {
  const tb::test::TempDir dir;
  std::ofstream(dir / "s.db") << std::string(5000, 'x');
  EXPECT_THAT(error(dir / "s.db"), HasSubstr("s.db: file is not a database"));
  EXPECT_EQ(std::filesystem::file_size(dir / "s.db"), 5000U);
}

TEST(StoreTest, ANewerSchemaIsRefused) {
  const tb::test::TempDir dir;
  { const Store store(dir / "s.db"); }
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((dir / "s.db").c_str(), &database), SQLITE_OK);
  sqlite3_exec(database, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
  sqlite3_close(database);
  EXPECT_THAT(error(dir / "s.db"), HasSubstr("its schema is version 99, and this program knows 1: a newer program wrote it"));
}

TEST(StoreTest, APlaceWhereNothingCanBeWrittenIsNamed) {
  const tb::test::TempDir dir;
  EXPECT_THAT(error(dir / "none/s.db"), HasSubstr("none/s.db: unable to open database file"));
}

TEST(PackedTest, TextsComeBack) {
  const std::string text(100'000, 'a');
  EXPECT_EQ(unpacked(packed(text)), text);
  EXPECT_LT(packed(text).size(), 1000U);
  EXPECT_EQ(unpacked(packed("")), "");
  for (const std::string& bytes : {std::string("abc"), std::string("\x05\0\0\0zzzz", 8), packed(text).substr(0, 100)})
    EXPECT_THROW(static_cast<void>(unpacked(bytes)), std::runtime_error);
}

}  // namespace
}  // namespace tb::campaign
