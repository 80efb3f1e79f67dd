// SPDX-License-Identifier: Apache-2.0
#include "tb/save_file.h"

#include "tb/wave/opening.h"
#include "tb/wave/run_waves.h"
#include "waves/at.h"
#include "waves/save_file.h"

namespace tb {

void write_save_file(const SaveFileRequest& request) {
  wave::RunWaves run;
  run.dir = request.run_dir;
  run.scenario = request.result.scenario;
  run.variant = request.result.variant;
  run.seed = request.result.seed;
  run.stories = wave::stories_of(request.result);
  run.dumped = request.dumped;
  run.source.harts = request.harts;
  wave::read_moments(run);
  waves::Picture picture;
  picture.sources = {run.source};
  picture.clock_mhz = request.clock_mhz;
  picture.dumped = request.dumped;
  picture.markers = wave::usual_markers(run);
  picture.title = {wave::title_of(run)};
  picture.focus = waves::whole_story(picture.markers, picture.dumped);
  picture.at = picture.markers.empty() ? picture.focus.from : picture.markers.front().cycle;
  waves::write_save_files(request.run_dir, "waves", picture);
}

}  // namespace tb
