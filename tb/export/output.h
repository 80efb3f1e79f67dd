// SPDX-License-Identifier: Apache-2.0
// Files that are there when they are complete, and directories that hold nothing else than what is written into them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace tb::exports {

// Writes FILE.part, which gets its name in commit(). A file that is not committed is removed. All throw filesystem_error.
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& file);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Appends all of this file to the other one.
  void copy_to(OutputFile& other);
  void commit();

 private:
  void flush();
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path file_, part_;
  int fd_ = -1;
  std::string buffer_;
  std::uint64_t size_ = 0;
};

// Refuses a file that must not be replaced: one that is no regular file, or a part of the run. Throws config::ConfigError.
void check_file(const char* option, const std::filesystem::path& file, const std::filesystem::path& run_dir);

// Makes the directory, and removes what an earlier export has left in it: the files that `ours` knows. Throws
// config::ConfigError, and removes nothing, if there are others.
void make_directory(const char* option, const std::filesystem::path& dir, const std::function<bool(const std::string&)>& ours);

}  // namespace tb::exports
