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

// Opens it and waits. Throws WaveError: no gtkwave, no display.
void open_viewer(const std::filesystem::path& dir, const std::string& name);

// Draws it into a PNG of 1920 x 1080. Throws WaveError: a program is missing, or nothing was drawn.
void draw(const std::filesystem::path& dir, const std::string& name, const waves::Picture& picture,
          const std::filesystem::path& png);

}  // namespace tb::wave
