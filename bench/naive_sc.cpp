// SPDX-License-Identifier: Apache-2.0
// The bridge as one writes it first: the model as Verilator's SystemC module, every port a signal, an sc_clock, and a
// clocked thread per hart. Threads look and drive at the falling edge, so what they ask is there at the next rising
// one.
#include <list>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/systemc.h"

#include "Vsoc_naive.h"
#include "bench/drivers.h"

namespace bench {

namespace {

constexpr unsigned kHarts = 4;
constexpr double kPeriodNs = 10;

class NaiveBench final : public sc_core::sc_module {
 public:
  NaiveBench(const sc_core::sc_module_name& name, const Workload& load)
      : sc_module(name), clock_("clock", kPeriodNs, sc_core::SC_NS), soc_("soc") {
    for (unsigned hart = 0; hart < kHarts; ++hart) streams_.emplace_back(hart, load);
    bind_ports();
    mem_latency_.write(kMemLatency);
    ipi_latency_.write(kIpiLatency);
    irq_entry_latency_.write(kIrqEntryLatency);
    sc_core::sc_spawn_options clocked;
    clocked.set_sensitivity(&clock_.negedge_event());
    clocked.dont_initialize();
    sc_core::sc_spawn([this] { reset(); }, "reset", &clocked);
    for (unsigned hart = 0; hart < kHarts; ++hart) {
      sc_core::sc_spawn([this, hart] { drive(hart); }, sc_core::sc_gen_unique_name("hart"), &clocked);
    }
  }
  ~NaiveBench() override { soc_.final(); }

  [[nodiscard]] std::uint64_t hash() const {
    std::uint64_t hash = 0;
    for (const auto& stream : streams_) hash ^= stream.hash();
    return hash;
  }

 private:
  template <typename Port>
  using SignalOf = sc_core::sc_signal<typename std::remove_reference_t<Port>::data_type, sc_core::SC_UNCHECKED_WRITERS>;
  using Wide = sc_dt::sc_bv<32 * kHarts>;

  // A port of ours has its signal.
  template <typename Port, typename Signal>
  void bind(Port& port, Signal& signal) {
    port(signal);
    bound_.insert(&port);
  }

  // Of the other ports, the inputs stay 0 and the outputs are not used.
  void rest() {
    for (sc_core::sc_object* object : soc_.get_child_objects()) {
      auto* const port = dynamic_cast<sc_core::sc_port_base*>(object);
      if (port == nullptr || bound_.contains(port)) continue;
      if (!rest_as<bool>(port) && !rest_as<std::uint32_t>(port) && !rest_as<std::uint64_t>(port) && !rest_as<Wide>(port))
        throw std::logic_error(std::string(port->name()) + ": a port of an unknown type");
    }
  }

  template <typename Value>
  bool rest_as(sc_core::sc_port_base* port) {
    auto* const in = dynamic_cast<sc_core::sc_in<Value>*>(port);
    auto* const out = dynamic_cast<sc_core::sc_out<Value>*>(port);
    if (in == nullptr && out == nullptr) return false;
    auto signal = std::make_shared<sc_core::sc_signal<Value>>(sc_core::sc_gen_unique_name("rest"));
    if (in != nullptr) (*in)(*signal);
    else (*out)(*signal);
    others_.push_back(signal);
    return true;
  }

  void bind_ports() {
    bind(soc_.clk, clock_);
    bind(soc_.rst_n, rst_n_);
    bind(soc_.op_tgl_i, op_tgl_);
    bind(soc_.op_ctl_i, op_ctl_);
    bind(soc_.op_addr_i, op_addr_);
    bind(soc_.op_data_i, op_data_);
    bind(soc_.op_cmp_i, op_cmp_);
    bind(soc_.attn_o, attn_);
    bind(soc_.mem_latency_i, mem_latency_);
    bind(soc_.ipi_latency_i, ipi_latency_);
    bind(soc_.irq_entry_latency_i, irq_entry_latency_);
    rest();
  }

  void reset() {
    for (sim::Cycle cycle = 1; cycle < kResetClocks - 1; ++cycle) sc_core::wait();
    rst_n_.write(true);
  }

  void drive(unsigned hart) {
    wait_for_attention(hart);
    if (hart == 0) {
      present(hart, release(kHarts, 0));
      wait_for_attention(hart);
    }
    for (;;) {
      present(hart, streams_[hart].next());
      wait_for_attention(hart);
      streams_[hart].account(now());
    }
  }

  void wait_for_attention(unsigned hart) {
    do sc_core::wait();
    while ((attn_.read() >> hart & 1) == 0);
  }

  void present(unsigned hart, const sim::Op& op) {
    put(op_ctl_, ctl_, hart, static_cast<std::uint32_t>(op.opcode));
    put(op_addr_, addr_, hart, op.addr);
    put(op_data_, data_, hart, op.data);
    put(op_cmp_, cmp_, hart, op.compare);
    tgl_ ^= 1u << hart;
    op_tgl_.write(tgl_);
  }

  // The harts share a port: the last write of a moment holds what all have written.
  template <typename Signal>
  static void put(Signal& signal, Wide& all, unsigned hart, std::uint32_t value) {
    all.set_word(static_cast<int>(hart), value);
    signal.write(all);
  }

  // Rising edges so far.
  [[nodiscard]] static sim::Cycle now() {
    return static_cast<sim::Cycle>(sc_core::sc_time_stamp() / sc_core::sc_time(kPeriodNs, sc_core::SC_NS)) + 1;
  }

  sc_core::sc_clock clock_;
  Vsoc_naive soc_;
  SignalOf<decltype(Vsoc_naive::rst_n)> rst_n_;
  SignalOf<decltype(Vsoc_naive::op_tgl_i)> op_tgl_;
  SignalOf<decltype(Vsoc_naive::op_ctl_i)> op_ctl_;
  SignalOf<decltype(Vsoc_naive::op_addr_i)> op_addr_;
  SignalOf<decltype(Vsoc_naive::op_data_i)> op_data_;
  SignalOf<decltype(Vsoc_naive::op_cmp_i)> op_cmp_;
  SignalOf<decltype(Vsoc_naive::attn_o)> attn_;
  SignalOf<decltype(Vsoc_naive::mem_latency_i)> mem_latency_;
  SignalOf<decltype(Vsoc_naive::ipi_latency_i)> ipi_latency_;
  SignalOf<decltype(Vsoc_naive::irq_entry_latency_i)> irq_entry_latency_;
  std::set<const sc_core::sc_port_base*> bound_;
  std::list<std::shared_ptr<sc_core::sc_object>> others_;
  Wide ctl_, addr_, data_, cmp_;
  std::uint32_t tgl_ = 0;
  std::vector<OpStream> streams_;
};

}  // namespace

Driven naive_sc(const Workload& load) {
  NaiveBench bench("bench", load);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);  // what happens once
  const Stopwatch watch;
  sc_core::sc_start(static_cast<double>(load.cycles) * kPeriodNs, sc_core::SC_NS);
  const double seconds = watch.seconds();
  return {.seconds = seconds, .hash = bench.hash()};
}

}  // namespace bench
