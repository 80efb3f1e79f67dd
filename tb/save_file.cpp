// SPDX-License-Identifier: Apache-2.0
#include "tb/save_file.h"

#include "tb/log/reader.h"
#include "waves/moments.h"
#include "waves/save_file.h"

namespace tb {

void write_save_file(const SaveFileRequest& request) {
  waves::Moments moments;
  log::LogReader reader((request.run_dir / "events.bin").string());
  log::EventView event;
  while (reader.next(event)) moments.on_event({event.cycle, event.hart, event.id, reader.payload()});
  waves::write_save_file(request.run_dir, {.harts = request.harts,
                                           .clock_mhz = request.clock_mhz,
                                           .from = request.from,
                                           .to = request.to,
                                           .markers = moments.markers(),
                                           .tasks = moments.tasks(),
                                           .first_hart = moments.trapped_hart().value_or(0)});
}

}  // namespace tb
