// SPDX-License-Identifier: Apache-2.0
// scx-cosim on the host machine: the same command line without RTL.
#include "tb/cli/cli.h"
#include "tests/scenarios/host_backend.h"

int main(int argc, char** argv) { return tb::cli::run(tb::test::host_backend(SCX_TEST_CONFIGS), argc, argv); }
