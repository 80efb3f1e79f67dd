// SPDX-License-Identifier: Apache-2.0
// scx-cosim on the fake machine: for tests of the command line and of processes that die.
#include "tb/cli/cli.h"
#include "tests/tb/fake_machine.h"

int main(int argc, char** argv) { return tb::cli::run(tb::test::fake_backend(SCX_TEST_CONFIGS), argc, argv); }
