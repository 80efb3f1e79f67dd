// SPDX-License-Identifier: Apache-2.0
#include "tb/result/wave_window.h"

#include <algorithm>

namespace tb {

WaveWindows merged(WaveWindows windows) {
  std::sort(windows.begin(), windows.end(), [](const WaveWindow& a, const WaveWindow& b) { return a.from < b.from; });
  WaveWindows out;
  for (const WaveWindow& window : windows) {
    if (!out.empty() && window.from <= out.back().to) out.back().to = std::max(out.back().to, window.to);
    else out.push_back(window);
  }
  return out;
}

}  // namespace tb
