// SPDX-License-Identifier: Apache-2.0
// A view as GTKWave reads it: a save file, translate files, a configuration and a script for a picture of it.
#pragma once

#include <string>

#include "waves/names.h"
#include "waves/view.h"

namespace waves {

// `save_name`: what the file will be called.
[[nodiscard]] std::string gtkwave_save_file(const Picture& picture, const std::string& save_name);
[[nodiscard]] std::string gtkwave_translate_file(const NameTable& table);

// Configuration, GTK style and Tcl script that draw the view, nothing around it, into a PNG.
[[nodiscard]] std::string gtkwave_picture_rc(const Picture& picture);
[[nodiscard]] std::string gtkwave_picture_css();
[[nodiscard]] std::string gtkwave_picture_script(const Picture& picture, const std::string& png);

}  // namespace waves
