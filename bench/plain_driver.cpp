// SPDX-License-Identifier: Apache-2.0
#include "bench/plain_driver.h"

#include "Vsoc.h"
#include "Vsoc___024root.h"

SIM_DECLARE_REGIONS(Vsoc)

namespace bench {

Driven plain_driver(const Workload& load) { return drive_plainly<Vsoc>(load); }

const char* verilator_version() { return Verilated::productVersion(); }

}  // namespace bench
