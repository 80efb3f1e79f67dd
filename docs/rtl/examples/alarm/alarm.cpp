// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/drivers/alarm.h"

#include <stdint.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "platform.h"

namespace kernel {

namespace {

constexpr uint32_t kPeriod = 300'000;  // clocks

void set_alarm() { arch::store(platform::alarm::delay(), kPeriod); }

}  // namespace

void alarm_init() {
  arch::store(platform::plic::priority(platform::kPlicSourceAlarm), 1);
  set_alarm();
}

void handle_alarm_irq() {
  arch::store(platform::alarm::ack(), 1);
  set_alarm();
  printk("alarm");
}

}  // namespace kernel
