// SPDX-License-Identifier: Apache-2.0
#include "bench/plain_driver.h"

#include "Vsoc_untraced.h"
#include "Vsoc_untraced___024root.h"

SIM_DECLARE_REGIONS(Vsoc_untraced)

namespace bench {

Driven plain_driver_untraced(const Workload& load) { return drive_plainly<Vsoc_untraced>(load); }

}  // namespace bench
