// SPDX-License-Identifier: Apache-2.0
#include "bench/plain_driver.h"

#include "Vsoc_h4.h"
#include "Vsoc_h4___024root.h"

SIM_DECLARE_REGIONS(Vsoc_h4)

namespace bench {

Driven plain_driver(const Workload& load) { return drive_plainly<Vsoc_h4>(load); }

const char* verilator_version() { return Verilated::productVersion(); }

}  // namespace bench
