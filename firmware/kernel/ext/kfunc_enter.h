// SPDX-License-Identifier: Apache-2.0
// The way into a kfunc, first thing in each: if (!kfunc_enter<Kfunc::scx_bpf_consume>()) return false;
// It charges the price and checks the caller, both as kfuncs.def says.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/flags.h"

namespace kernel {

struct Task;

enum class Kfunc : uint8_t {
#define KFUNC(name, result, parameters, where, price, what) name,
#include "firmware/kernel/ext/kfuncs.def"
#undef KFUNC
};

// Beside the kfunc sets (SCX_KF_*), where a kfunc may be called:
inline constexpr uint32_t KF_UNLOCKED = 1u << 30;  // with no set open: in callbacks that open none, and in timers
inline constexpr uint32_t KF_ANYWHERE = 1u << 31;
// On the task that a callback with an rq lock is about; the kfunc checks that it is this one (kfunc_on_subject).
inline constexpr uint32_t KF_ON_SUBJECT = SCX_KF_CPU_RELEASE | SCX_KF_DISPATCH | SCX_KF_ENQUEUE | SCX_KF_REST;
// In ops.dump and its like; scx_bpf_dump() finds out by itself.
inline constexpr uint32_t KF_IN_DUMP = KF_ANYWHERE;

// The price of a call: nothing, an access to a map, a kfunc, or a kfunc and a line of the log.
enum class KfuncPrice : uint8_t { none, map, kfunc, line };

struct KfuncTraits {
  uint32_t where;
  KfuncPrice price;
};

inline constexpr KfuncTraits kKfuncTraits[] = {
#define KFUNC(name, result, parameters, where, price, what) {where, KfuncPrice::price},
#include "firmware/kernel/ext/kfuncs.def"
#undef KFUNC
};

// False: not here; the misuse is reported.
bool kfunc_allowed(uint32_t where);
// p is the task the present callback is about; else reported.
bool kfunc_on_subject(const Task* p);

template <Kfunc kId>
auto kfunc_enter() {
  constexpr KfuncTraits kTraits = kKfuncTraits[static_cast<unsigned>(kId)];
  if constexpr (kTraits.price == KfuncPrice::map) charge(Cost::map);
  if constexpr (kTraits.price == KfuncPrice::kfunc || kTraits.price == KfuncPrice::line) charge(Cost::kfunc);
  if constexpr (kTraits.price == KfuncPrice::line) charge(Cost::printk);
  if constexpr (kTraits.where != KF_ANYWHERE) return kfunc_allowed(kTraits.where);
}

}  // namespace kernel
