// SPDX-License-Identifier: Apache-2.0
#pragma once

enum Errno : int { ENOENT = 2, E2BIG = 7, ENOMEM = 12, EBUSY = 16, EEXIST = 17, EINVAL = 22, EPROTO = 71 };
