// SPDX-License-Identifier: Apache-2.0
// Each kfunc keeps to its line of kfuncs.def: it charges its price, and it refuses callers that may not call it.
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "firmware/kernel/ext/kfunc_enter.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// Far apart, so that a sum of them and of some bus transfers can be taken to pieces.
constexpr uint32_t kKfuncCycles = 1'000;
constexpr uint32_t kMapCycles = 100'000;
constexpr uint32_t kPrintkCycles = 10'000'000;

constexpr uint64_t kQueue = 7;
constexpr uint32_t kInitPid = 1;
BpfIterScxDsq walk;
bool flag;

// An argument that any kfunc accepts, or refuses by name.
template <class T>
T some_argument() {
  if constexpr (std::is_same_v<T, BpfIterScxDsq&>) {
    return walk;
  } else if constexpr (std::is_same_v<T, bool*>) {
    return &flag;
  } else if constexpr (std::is_same_v<T, const char*>) {
    return "text";
  } else if constexpr (std::is_same_v<T, Task*> || std::is_same_v<T, const Task*>) {
    return bpf_task_from_pid(kInitPid);
  } else {
    return T{};
  }
}

template <class Function, class... Args>
uint64_t measured(Function kfunc, Args... args) {
  const uint64_t before = arch::cycles();
  kfunc(static_cast<Args>(args)...);
  return arch::cycles() - before;
}
template <class Result, class... Args>
uint64_t cycles_of(Result (*kfunc)(Args...)) {
  return measured<Result (*)(Args...), Args...>(kfunc, some_argument<Args>()...);
}
template <class Result, class... Args>
uint64_t cycles_of(Result (*kfunc)(Args..., ...)) {
  return measured<Result (*)(Args..., ...), Args...>(kfunc, some_argument<Args>()...);
}

struct Row {
  const char* name;
  uint32_t where;
  KfuncPrice price;
  uint64_t (*call)();  // how many cycles it took
};

const Row kRows[] = {
#define KFUNC(name, result, parameters, where, price, what) {#name, where, KfuncPrice::price, [] { return cycles_of(name); }},
#include "firmware/kernel/ext/kfuncs.def"
#undef KFUNC
};

uint64_t cycles_of_price(KfuncPrice price) {
  switch (price) {
    case KfuncPrice::none: return 0;
    case KfuncPrice::map: return kMapCycles;
    case KfuncPrice::kfunc: return kKfuncCycles;
    case KfuncPrice::line: return kKfuncCycles + kPrintkCycles;
  }
  return 0;
}

std::vector<std::size_t> with_restricted_callers() {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].where != KF_ANYWHERE) rows.push_back(i);
  }
  return rows;
}

std::string message_of_end(const KernelRun& run) {
  const Events errors = run.log.named("scx_error");
  return errors.empty() ? "" : errors[0].text("msg");
}

}  // namespace

TEST(KfuncTableTest, EachChargesItsPriceOnce) {
  static std::vector<uint64_t> took;
  took.clear();
  KernelRun run(1);
  for (uint32_t& cost : run.config.cost) cost = 0;
  run.config.cost[static_cast<unsigned>(Cost::kfunc)] = kKfuncCycles;
  run.config.cost[static_cast<unsigned>(Cost::map)] = kMapCycles;
  run.config.cost[static_cast<unsigned>(Cost::printk)] = kPrintkCycles;
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    scx_bpf_create_dsq(kQueue);
    IrqGuard irqs_off;
    for (const Row& row : kRows) took.push_back(row.call());
    return 0;
  };
  run.policy("test");
  run.run_us(2'000'000);
  ASSERT_EQ(took.size(), std::size(kRows));
  for (std::size_t i = 0; i < took.size(); ++i)
    EXPECT_EQ(took[i] / kKfuncCycles, cycles_of_price(kRows[i].price) / kKfuncCycles) << kRows[i].name << " took " << took[i];
}

class KfuncCallerTest : public testing::TestWithParam<std::size_t> {
 protected:
  static inline const Row* row;
};

// A callback that runs under an rq lock opens REST; ops.init opens none.
TEST_P(KfuncCallerTest, RefusesOthers) {
  row = &kRows[GetParam()];
  const bool refused_in_rest = (row->where & SCX_KF_REST) == 0;
  KernelRun run(1);
  test_ops = {};
  if (refused_in_rest) {
    test_ops.running = [](void*, Task*) { row->call(); };
  } else {
    test_ops.init = [](void*, const int64_t*) {
      row->call();
      return 0;
    };
  }
  run.policy("test");
  run.task("hog", {run_for(5 * kMs)});
  run.run_us(20'000);
  EXPECT_NE(message_of_end(run).find("called from an operation only allowing " + std::string(refused_in_rest ? "0x10" : "0x0")),
            std::string::npos)
      << row->name << ": " << message_of_end(run);
}

INSTANTIATE_TEST_SUITE_P(All, KfuncCallerTest, testing::ValuesIn(with_restricted_callers()),
                         [](const auto& test) { return std::string(kRows[test.param].name); });

}  // namespace kernel
