// SPDX-License-Identifier: Apache-2.0
// The policies these tests can load: the product's, and one whose callbacks a test writes itself.
#include "tests/kernel/test_policies.h"

#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"

namespace kernel {

SchedExtOps test_ops;

namespace {

void setup(SchedExtOps& ops, const int64_t*) {
  ops = test_ops;
  if (ops.name[0] == '\0') schedulers::toolbox::set_name(ops, "test");
  if (ops.exit == nullptr) ops.exit = user_exit_record;  // so that the loader sees the end
}

constexpr Policy kTestPolicy = {
    .name = "test", .help = "callbacks of the test", .options = nullptr, .nr_options = 0, .setup = setup};

}  // namespace

#define SCX_POLICY(policy) &schedulers::policy,
const Policy* const kPolicies[] = {
#include "firmware/schedulers/policies.def"
    &kTestPolicy};
#undef SCX_POLICY
const unsigned kNrPolicies = sizeof(kPolicies) / sizeof(kPolicies[0]);

}  // namespace kernel
