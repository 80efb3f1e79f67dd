// SPDX-License-Identifier: Apache-2.0
// What every policy owes the rest of the product.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "firmware/kernel/ext/ops.h"
#include "firmware/kernel/policy.h"

namespace kernel {

TEST(RegistryTest, NamesAreUniqueAndOptionsAreSane) {
  std::set<std::string> policies;
  for (unsigned i = 0; i < kNrPolicies; ++i) {
    const Policy& policy = *kPolicies[i];
    EXPECT_TRUE(policies.insert(policy.name).second) << policy.name;
    EXPECT_NE(std::string(policy.help), "");
    std::set<std::string> options;
    for (std::uint32_t k = 0; k < policy.nr_options; ++k) {
      const PolicyOption& option = policy.options[k];
      EXPECT_TRUE(options.insert(option.name).second) << policy.name << "." << option.name;
      EXPECT_NE(std::string(option.help), "") << option.name;
      EXPECT_LE(option.min, option.default_value) << option.name;
      EXPECT_LE(option.default_value, option.max) << option.name;
      if (option.names == nullptr) continue;
      EXPECT_EQ(option.min, 0) << option.name;
      EXPECT_EQ(option.max + 1, static_cast<int64_t>(option.nr_names)) << option.name;
    }
  }
  for (const char* shipped : {"simple", "qmap", "central", "stale_pops"}) EXPECT_EQ(policies.count(shipped), 1u) << shipped;
}

// The ops table carries the policy's own name, and state that fits.
TEST(RegistryTest, SetupFillsTheTable) {
  for (unsigned i = 0; i < kNrPolicies; ++i) {
    const Policy& policy = *kPolicies[i];
    int64_t values[32] = {};
    for (std::uint32_t k = 0; k < policy.nr_options; ++k) values[k] = policy.options[k].default_value;
    SchedExtOps ops = {};
    policy.setup(ops, values);
    EXPECT_STREQ(ops.name, policy.name);
    EXPECT_NE(ops.init, nullptr);
    EXPECT_GT(ops.state_size, 0u);
  }
}

}  // namespace kernel
