// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kernel {

struct Rq;
struct Task;

// True: LOCAL has a task, or prev goes on. Rq locked; the lock may be dropped and retaken.
bool balance_scx(Rq& rq, Task& prev);

}  // namespace kernel
