// SPDX-License-Identifier: Apache-2.0
// The GTKWave save file of a run, from its event log.
#pragma once

#include "tb/run/backend.h"

namespace tb {

void write_save_file(const SaveFileRequest& request);

}  // namespace tb
