// SPDX-License-Identifier: Apache-2.0
// GTKWave, on the user's display or without one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "waves/view.h"

namespace tb::wave {

// The command that opens DIR/NAME.gtkw.
[[nodiscard]] std::vector<std::string> viewer_command(const std::filesystem::path& dir, const std::string& name);

// What opening and drawing need: programs, a display, a folder that can be written. Throw WaveError if it is not there; to
// be asked before anything is run for them.
void require_viewer();
void require_drawing(const std::filesystem::path& png);

// Opens it and waits.
void open_viewer(const std::filesystem::path& dir, const std::string& name);

// Draws it into a PNG of 1920 x 1080. Throws WaveError: nothing was drawn.
void draw(const std::filesystem::path& dir, const std::string& name, const waves::Picture& picture,
          const std::filesystem::path& png);

}  // namespace tb::wave
