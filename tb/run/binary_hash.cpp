// SPDX-License-Identifier: Apache-2.0
#include "tb/run/binary_hash.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "log/event_hash.h"

namespace tb::run {

namespace {

// Empty if it cannot be read.
std::string hash_of_this_program() {
  const int fd = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string hash;
  struct stat status {};
  if (::fstat(fd, &status) == 0 && status.st_size > 0) {
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (bytes != MAP_FAILED) {
      hash = event_log::hash_text({static_cast<const char*>(bytes), size});
      ::munmap(bytes, size);
    }
  }
  ::close(fd);
  return hash;
}

}  // namespace

const std::string& binary_hash() {
  static const std::string hash = hash_of_this_program();
  return hash;
}

}  // namespace tb::run
