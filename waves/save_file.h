// SPDX-License-Identifier: Apache-2.0
// Writes what waves are opened with: for GTKWave a save file and translate files, for Surfer a command file and
// mappings.
#pragma once

#include <filesystem>
#include <string>

#include "waves/view.h"

namespace waves {

// Writes DIR/`name`.gtkw and DIR/`name`.surf.sucl for DIR/waves.fst, and the names both refer to: the sources'
// translate folders and DIR/.surfer/mappings/. For Surfer only if there is one source: all it shows would share the
// mappings, and tasks are each run's own. Throws std::runtime_error if a file cannot be written.
void write_save_files(const std::filesystem::path& dir, const std::string& name, const Picture& picture);

void write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace waves
