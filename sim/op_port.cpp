// SPDX-License-Identifier: Apache-2.0
#include "sim/op_port.h"

#include <bit>
#include <utility>

namespace sim {

class OpPort::Hart final : public hart_if {
 public:
  Hart(OpPort& port, HartId hart) : flight{.hart = hart}, served(std::make_unique<sc_core::sc_event>()), port_(port) {}

  Completion execute(const Op& op) override;

  OpInFlight flight;
  bool done = false;
  std::unique_ptr<sc_core::sc_event> served;  // replaced at a reset: the abandoned thread never wakes

 private:
  [[nodiscard]] Completion completion() const;

  OpPort& port_;
};

OpPort::OpPort(Clock& clock, Marks& marks, Driver& driver, unsigned harts)
    : clock_(clock), marks_(marks), driver_(driver), simcontext_(sc_core::sc_get_curr_simcontext()) {
  for (HartId hart = 0; hart < harts; ++hart) harts_.push_back(std::make_unique<Hart>(*this, hart));
}

OpPort::~OpPort() = default;

hart_if& OpPort::hart(HartId hart) { return *harts_[hart]; }

// Of the cycle at which the op was served: the clock stands until its software has nothing left to do.
inline Completion OpPort::Hart::completion() const {
  using namespace platform::hart;
  const Clock& clock = port_.clock_;
  const std::uint32_t response = clock.response(flight.hart);
  const auto status = static_cast<Status>(response & kRspStatus);
  return {.status = status,
          .bus_error = (response & kRspBusError) != 0,
          .nmi = (response & kRspNmi) != 0,
          .cause = (response & kRspCause) >> kRspCauseShift,
          .data = clock.data(flight.hart),
          .remaining = flight.computing != 0 && status != Status::kDone ? clock.remaining(flight.hart) : 0,
          .marks_done = flight.marks_done};
}

Completion OpPort::Hart::execute(const Op& op) {
  assert(flight.op == nullptr);
  Clock& clock = port_.clock_;
  clock.profile().enter(Profile::kBridge);
  flight.op = &op;
  flight.issued = clock.now();
  flight.computing = op.opcode == Opcode::kCompute ? op.data : op.lead;
  flight.marks_done = 0;
  done = false;
  clock.present(flight.hart, op, flight.computing);
  if (!op.marks.marks.empty()) port_.marks_.watch(flight);
  sc_core::sc_event* const event = served.get();
  if (--port_.runnable_ == 0) port_.driver_.drive(this);
  while (!done || served.get() != event) {
    clock.profile().enter(Profile::kSystemC);
    sc_core::wait(*event, port_.simcontext_);
  }
  clock.profile().enter(Profile::kFirmware);
  const Completion result = completion();
  flight.op = nullptr;
  return result;
}

bool OpPort::serve(const Hart* self) {
  const std::uint64_t attention = clock_.attention();
  for (std::uint64_t left = attention; left != 0; left &= left - 1) {
    Hart& hart = *harts_[static_cast<unsigned>(std::countr_zero(left))];
    const HartId id = hart.flight.hart;
    ++runnable_;
    const Status status = clock_.status(id);
    if (status == Status::kReset) [[unlikely]] {
      abandon(id);
      reset_handler_->on_hart_reset(id);
      continue;
    }
    marks_.finish(hart.flight, status);
    clock_.answered(id, *hart.flight.op);
    hart.done = true;
    ++ops_;
    if (&hart != self) hart.served->notify();
  }
  return attention != 0;
}

void OpPort::abandon(HartId hart) {
  Hart& port = *harts_[hart];
  clock_.abandoned(hart);
  abandoned_.push_back(std::exchange(port.served, std::make_unique<sc_core::sc_event>()));
  port.flight.op = nullptr;
  marks_.forget(hart);
}

void OpPort::abandon_all() {
  for (const auto& hart : harts_) abandon(hart->flight.hart);
}

}  // namespace sim
