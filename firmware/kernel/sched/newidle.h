// SPDX-License-Identifier: Apache-2.0
// A CPU that is about to go idle pulls a waiting fair task from another: without it a task could wait behind others, or
// behind an RT task, for as long as they please.
#pragma once

namespace kernel {

struct Rq;

// Shows other CPUs whether fair tasks of rq wait for a CPU that is busy. Rq locked.
void show_waiting(Rq& rq, bool busy);
// Pulls at most one task. May drop and retake rq's lock. True if rq has a task to run, of any class above ext.
bool newidle_balance(Rq& rq);

}  // namespace kernel
