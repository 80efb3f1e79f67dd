// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dump.h"

bool dump_text(const char*) { return false; }
