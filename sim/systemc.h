// SPDX-License-Identifier: Apache-2.0
// SystemC before any Verilated header, always through here: the packaged 2.3.4 is C++17 (SC_CPLUSPLUS is set by the
// build), and its headers do not pass our warnings.
#pragma once

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif

#include <systemc>
