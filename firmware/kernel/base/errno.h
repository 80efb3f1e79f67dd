// SPDX-License-Identifier: Apache-2.0
// Error numbers, Linux's. A hosted build may have them as macros already, with the same values.
#pragma once

namespace kernel {

#ifndef EINVAL
enum Errno : int {
  EPERM = 1,
  ENOENT = 2,
  ESRCH = 3,
  EINTR = 4,
  E2BIG = 7,
  EAGAIN = 11,
  ENOMEM = 12,
  EACCES = 13,
  EBUSY = 16,
  EEXIST = 17,
  EINVAL = 22,
  EDEADLK = 35,
  EPROTO = 71
};
#endif

}  // namespace kernel
