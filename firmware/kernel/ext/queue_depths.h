// SPDX-License-Identifier: Apache-2.0
// Observation: how many ext tasks a CPU has, and where they wait. Shown in its trace register, at no cost.
#pragma once

namespace kernel {

struct Rq;
struct Task;

// Runnable tasks of rq, those on its local queue, those the policy holds; its lock held, or the count of the held just
// changed.
void show_queue_depths(const Rq& rq);
// The policy has got the task (held), or it has left its hands: dispatched, or dequeued.
void count_held(const Task& task, bool held);

}  // namespace kernel
