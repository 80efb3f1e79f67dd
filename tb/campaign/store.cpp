// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "tb/campaign/found.h"

namespace tb::campaign {
namespace {

// Step i brings a database from version i to i + 1.
constexpr std::array kMigrations = {
    "CREATE TABLE run ("
    "key TEXT PRIMARY KEY, scenario TEXT NOT NULL, variant TEXT NOT NULL, seed INTEGER NOT NULL, "
    "outcome TEXT NOT NULL, message TEXT NOT NULL, ending TEXT NOT NULL, cycles INTEGER NOT NULL, events INTEGER NOT NULL, "
    "event_hash TEXT NOT NULL, clock_mhz INTEGER NOT NULL, metrics BLOB NOT NULL, found TEXT NOT NULL, "
    "host_seconds REAL NOT NULL, cpu_seconds REAL NOT NULL) WITHOUT ROWID;",
};
constexpr int kVersion = kMigrations.size();
constexpr int kBusyMs = 10'000;

template <typename Names>
std::size_t index_in(const Names& names, std::string_view word) {
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) throw StoreError(fmt::format("a record has the unknown word '{}'", word));
  return static_cast<std::size_t>(found - names.begin());
}

Outcome outcome_of(std::string_view name) {
  for (std::size_t i = 0; i < kOutcomes.size(); ++i)
    if (kOutcomes[i].name == name) return static_cast<Outcome>(i);
  throw StoreError(fmt::format("a record has the unknown outcome '{}'", name));
}

}  // namespace

class Store::Statement {
 public:
  Statement(sqlite3* database, const char* sql, const std::string& name) : database_(database), name_(name) {
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK) fail();
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& begin() {
    sqlite3_reset(statement_);
    at_ = 0;
    return *this;
  }
  Statement& add(const std::string& text) {
    sqlite3_bind_text(statement_, ++at_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    return *this;
  }
  Statement& add(std::string_view text) { return add(std::string(text)); }
  Statement& add(std::uint64_t number) {
    sqlite3_bind_int64(statement_, ++at_, static_cast<sqlite3_int64>(number));
    return *this;
  }
  Statement& add(double number) {
    sqlite3_bind_double(statement_, ++at_, number);
    return *this;
  }
  Statement& add_bytes(const std::string& bytes) {
    sqlite3_bind_blob(statement_, ++at_, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
    return *this;
  }
  // True if there is a row.
  bool step() {
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    sqlite3_reset(statement_);
    if (result != SQLITE_DONE) fail();
    return false;
  }
  [[nodiscard]] std::string text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return bytes == nullptr ? std::string()
                            : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }
  [[nodiscard]] std::uint64_t number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
  }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_, column); }

 private:
  [[noreturn]] void fail() const { throw StoreError(fmt::format("{}: {}", name_, sqlite3_errmsg(database_))); }

  sqlite3* database_;
  std::string name_;
  sqlite3_stmt* statement_ = nullptr;
  int at_ = 0;
};

void Store::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Store::Store(const std::filesystem::path& file) : name_(file.string()) {
  sqlite3* opened = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int result = sqlite3_open_v2(name_.c_str(), &opened, kFlags, nullptr);
  database_.reset(opened);
  if (result != SQLITE_OK) throw StoreError(fmt::format("{}: {}", name_, sqlite3_errmsg(opened)));
  sqlite3_busy_timeout(opened, kBusyMs);
  if (version() > kVersion)
    throw StoreError(fmt::format("{}: its schema is version {}, and this program knows {}: a newer program wrote it", name_,
                                 version(), kVersion));
  migrate();
  find_ = std::make_unique<Statement>(opened, "SELECT * FROM run WHERE key = ?", name_);
  put_ = std::make_unique<Statement>(opened, "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                     name_);
}

Store::~Store() = default;

void Store::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    throw StoreError(fmt::format("{}: {}", name_, sqlite3_errmsg(database_.get())));
}

int Store::version() const {
  Statement statement(database_.get(), "PRAGMA user_version", name_);
  return statement.step() ? static_cast<int>(statement.number(0)) : 0;
}

void Store::migrate() {
  // A power failure may lose the last records, never the file; a killed process loses none.
  execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  for (int at = version(); at < kVersion; ++at) {
    execute("BEGIN IMMEDIATE");
    execute(kMigrations[static_cast<std::size_t>(at)]);
    execute(fmt::format("PRAGMA user_version = {}; COMMIT", at + 1).c_str());
  }
}

std::optional<Record> Store::find(const std::string& key) const {
  Statement& row = find_->begin().add(key);
  if (!row.step()) return {};
  std::optional<Record> out;
  try {
    out = record_of(row);
  } catch (const std::exception&) {  // damaged: it runs again, and is replaced
  }
  row.begin();
  return out;
}

Record Store::record_of(const Statement& row) {
  Record out;
  out.key = row.text(0);
  out.scenario = row.text(1);
  out.variant = row.text(2);
  out.seed = row.number(3);
  out.outcome = outcome_of(row.text(4));
  out.message = row.text(5);
  out.ending = static_cast<Ending>(index_in(kEndingNames, row.text(6)));
  out.cycles = row.number(7);
  out.events = row.number(8);
  out.event_hash = row.text(9);
  out.clock_mhz = static_cast<std::uint32_t>(row.number(10));
  out.metrics = row.text(11);
  out.found = found_from(json::parse(row.text(12)));
  out.host_seconds = row.real(13);
  out.cpu_seconds = row.real(14);
  return out;
}

void Store::put(const Record& r) {
  put_->begin().add(r.key).add(r.scenario).add(r.variant).add(r.seed).add(info(r.outcome).name).add(r.message);
  put_->add(name_of(r.ending)).add(r.cycles).add(r.events).add(r.event_hash).add(std::uint64_t{r.clock_mhz});
  put_->add_bytes(r.metrics).add(found_json(r.found).dump()).add(r.host_seconds).add(r.cpu_seconds);
  put_->step();
}

std::size_t Store::size() const {
  Statement statement(database_.get(), "SELECT count(*) FROM run", name_);
  return statement.step() ? statement.number(0) : 0;
}

}  // namespace tb::campaign
