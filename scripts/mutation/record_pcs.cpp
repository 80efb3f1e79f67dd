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

extern "C" char __executable_start, etext;

namespace {

constexpr uint8_t kCall = 0xe8;  // of x86-64, with 4 bytes of distance
constexpr uint8_t kNop[] = {0x0f, 0x1f, 0x44, 0x00, 0x00};

uint8_t* start_of_code;
uint8_t* marks;  // null: nobody asked for them
bool writable;   // is code: then each place is marked at full cost only once

bool make_code_writable(size_t size) {
#ifdef __x86_64__
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return mprotect(start_of_code, (size + page - 1) / page * page, PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
#else
  return size == 0;
#endif
}

// Before all constructors of the program's own.
[[gnu::constructor(101)]] void begin() {
  const char* const folder = std::getenv("SCX_RECORD_PCS");
  if (!folder) return;
  char path[PATH_MAX];
  std::snprintf(path, sizeof path, "%s/%s", folder, program_invocation_short_name);
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  start_of_code = reinterpret_cast<uint8_t*>(&__executable_start);
  const auto size = static_cast<size_t>(&etext - &__executable_start);
  if (file < 0 || ftruncate(file, static_cast<off_t>(size)) != 0) std::abort();
  void* const map = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (map == MAP_FAILED) std::abort();
  close(file);
  marks = static_cast<uint8_t*>(map);
  writable = make_code_writable(size);
}

}  // namespace

// Runs on stacks made by hand: it needs next to none. Once a place is marked, the call in it makes way for a NOP.
extern "C" void __sanitizer_cov_trace_pc() {
  auto* const back = static_cast<uint8_t*>(__builtin_return_address(0));
  if (marks) marks[back - start_of_code] = 1;
  if (writable && back[-5] == kCall) __builtin_memcpy(back - 5, kNop, sizeof kNop);
}
