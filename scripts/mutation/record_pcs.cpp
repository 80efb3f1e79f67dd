// SPDX-License-Identifier: Apache-2.0
// Linked into test programs that were compiled with -fsanitize-coverage=trace-pc: marks each place that runs in a file, one byte
// for each address of code. The file is shared memory: a process that dies loses nothing, and those it forks mark in it too.
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" const char __executable_start, etext;

namespace {

uint8_t* marks;   // null: nobody asked for them

// Before all constructors of the program's own.
[[gnu::constructor(101)]] void begin() {
  const char* const folder = std::getenv("SCX_RECORD_PCS");
  if (!folder) return;
  char path[PATH_MAX];
  std::snprintf(path, sizeof path, "%s/%s", folder, program_invocation_short_name);
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const auto size = static_cast<size_t>(&etext - &__executable_start);
  if (file < 0 || ftruncate(file, static_cast<off_t>(size)) != 0) std::abort();
  void* const map = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (map == MAP_FAILED) std::abort();
  close(file);
  marks = static_cast<uint8_t*>(map);
}

}  // namespace

// Runs on stacks made by hand: it needs next to none.
extern "C" void __sanitizer_cov_trace_pc() {
  if (marks) marks[static_cast<const char*>(__builtin_return_address(0)) - &__executable_start] = 1;
}
