// SPDX-License-Identifier: Apache-2.0
// The simulations of a campaign, by the hash of all that they are a function of: a SQLite database, whose schema is in
// docs/reference/study.md. A process that dies leaves every record that put() returned from.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "tb/campaign/record.h"

struct sqlite3;

namespace tb::campaign {

class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Store {
 public:
  // Makes the file, or brings it to this version of the schema. Throws StoreError: it cannot be read or written, or is of a newer
  // version.
  explicit Store(const std::filesystem::path& file);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Nothing: it is not there, or damaged.
  [[nodiscard]] std::optional<Record> find(const std::string& key) const;
  // Replaces what has the same key. Throws StoreError: the disk is full, for one.
  void put(const Record& record);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  class Statement;
  [[nodiscard]] static Record record_of(const Statement& row);
  void execute(const char* sql);
  void migrate();
  [[nodiscard]] int version() const;

  std::string name_;
  std::unique_ptr<sqlite3, Close> database_;
  std::unique_ptr<Statement> find_, put_;
};

}  // namespace tb::campaign
