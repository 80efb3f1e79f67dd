// SPDX-License-Identifier: Apache-2.0
// What must hold whenever a run queue's lock is released. A broken one leaves an event and ends the run.
#pragma once

struct Rq;

// The lists are walked when short, and now and then when long; all else is checked at every release.
void check_rq_invariants(Rq& rq);
[[noreturn]] void broken_invariant(const char* name, const char* detail);
