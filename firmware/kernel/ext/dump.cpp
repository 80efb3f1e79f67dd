// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dump.h"

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dump_buffer.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/time/clock.h"

namespace kernel {

namespace {

constexpr size_t kMaskText = 20;

// As %*pb of a CPU mask prints it: hex digits enough for all CPUs, in groups of 32 bits.
const char* mask_text(Cpumask mask, char (&text)[kMaskText]) {
  const unsigned digits = (kernel_config->nr_cpus + 3) / 4;
  size_t length = 0;
  for (unsigned digit = digits; digit-- > 0;) {
    text[length++] = "0123456789abcdef"[(mask >> (4 * digit)) & 0xf];
    if (digit == 8) text[length++] = ',';
  }
  text[length] = '\0';
  return text;
}

// Age of a time stamp, as a signed number of ms: negative in the past.
long long delta_ms(uint32_t stamp, uint32_t now) {
  const auto delta = static_cast<int32_t>(stamp - now);
  return delta < 0 ? -static_cast<long long>(jiffies_to_msecs(static_cast<uint32_t>(-delta)))
                   : static_cast<long long>(jiffies_to_msecs(static_cast<uint32_t>(delta)));
}

void dump_backtrace(DumpBuffer& out, const char* prefix, const trace::Site* bt, unsigned length) {
  for (unsigned i = 0; i < length; ++i) out.line("%s%s", prefix, trace::name_of(bt[i]));
}

// Opens scx_bpf_dump() for a scope; each line gets the prefix, and a blank line goes before the first.
class DumpOps {
 public:
  DumpOps(DumpBuffer& out, const char* prefix) {
    ScxDump& dump = kernel().scx.dump;
    dump.out = &out;
    dump.prefix = prefix;
    dump.cpu = static_cast<int>(arch::smp_processor_id());
  }
  ~DumpOps() {
    ScxDump& dump = kernel().scx.dump;
    if (dump.length != 0) dump_text("\n");
    dump.first = true;
    dump.cpu = -1;
    dump.out = nullptr;
  }
  DumpOps(const DumpOps&) = delete;
  DumpOps& operator=(const DumpOps&) = delete;
};

void write_policy_line(ScxDump& dump) {
  dump.out->keep();
  if (dump.first) dump.out->newline();
  dump.first = false;
  dump.line[dump.length] = '\0';
  dump.length = 0;
  dump.out->line("%s%s", dump.prefix, dump.line);
}

template <Op kOp, class... Args>
void call_dump_op(DumpBuffer& out, const char* prefix, Args... args) {
  DumpOps open(out, prefix);
  call_op<kOp>(kernel().scx.ops, args...);
}

// The stack of a task that runs on another CPU cannot be read; one that waits, or the one that dumps, can.
void dump_task_backtrace(DumpBuffer& out, const Task& p, bool running) {
  if (running && &p != current()) return;
  const unsigned depth = p.frames.depth();
  if (depth == 0) return;
  out.newline();
  for (unsigned i = depth; i-- > 0;) out.line("    %s", trace::name_of(p.frames.at(i)));
}

void dump_task(DumpBuffer& out, const ScxDumpCtx& ctx, Task& p, bool running) {
  char text[kMaskText];
  char dsq_id[24] = "(n/a)";
  const uint32_t opss = p.scx.ops_state.load();
  out.newline();
  out.line(" %c%s %s[%d] %+lldms", running ? '*' : ' ', trace::name_of(task_state_letter(p.state.load())), p.comm,
           static_cast<int>(p.pid), delta_ms(p.scx.runnable_at, ctx.at_jiffies));
  out.line("      scx_state/flags=%u/0x%x dsq_flags=0x%x ops_state/qseq=%u/%u", static_cast<unsigned>(p.scx.state),
           static_cast<unsigned>(p.scx.flags), static_cast<unsigned>(p.scx.dsq_flags),
           static_cast<unsigned>(opss & SCX_OPSS_STATE_MASK), static_cast<unsigned>(opss >> SCX_OPSS_QSEQ_SHIFT));
  if (p.scx.dsq != nullptr) format_text(dsq_id, sizeof(dsq_id), "0x%llx", static_cast<unsigned long long>(p.scx.dsq->id));
  out.line("      sticky/holding_cpu=%d/%d dsq_id=%s dsq_vtime=%llu", p.scx.sticky_cpu, p.scx.holding_cpu, dsq_id,
           static_cast<unsigned long long>(p.scx.dsq_vtime));
  out.line("      cpus=%s", mask_text(p.cpus_allowed, text));
  call_dump_op<Op::dump_task>(out, "    ", &ctx, &p);
  dump_task_backtrace(out, p, running);
}

void dump_mask(DumpBuffer& out, const char* name, Cpumask mask) {
  char text[kMaskText];
  if (mask != 0) out.line("  %s: %s", name, mask_text(mask, text));
}

void dump_cpu(DumpBuffer& out, const ScxDumpCtx& ctx, unsigned cpu) {
  Rq& rq = cpu_rq(cpu);
  RqLockGuard guard(rq);
  const ScxRq& scx = rq.scx;
  const bool idle = scx.runnable_list.empty() && rq.curr->is_idle_task();
  // Of a CPU that idles with nothing to do, only the policy's own lines about it are printed.
  if (idle) out.hold();
  out.newline();
  out.line("CPU %-4u: nr_run=%u flags=0x%x cpu_rel=%d pnt_seq=%u", cpu, scx.nr_running, static_cast<unsigned>(scx.flags),
           scx.cpu_released ? 1 : 0, static_cast<unsigned>(scx.pnt_seq.load()));
  out.line("          curr=%s[%d] class=%s", rq.curr->comm, static_cast<int>(rq.curr->pid), rq.curr->sched_class->name);
  const ScxCpu& kicks = kernel().cpus[cpu].scx;
  dump_mask(out, "cpus_to_kick   ", kicks.cpus_to_kick);
  dump_mask(out, "idle_to_kick   ", kicks.cpus_to_kick_if_idle);
  dump_mask(out, "cpus_to_preempt", kicks.cpus_to_preempt);
  dump_mask(out, "cpus_to_wait   ", kicks.cpus_to_wait);
  call_dump_op<Op::dump_cpu>(out, "  ", &ctx, static_cast<int32_t>(cpu), idle);
  if (idle) {
    out.forget();
    return;
  }
  if (rq.curr->sched_class == &kExtSchedClass) dump_task(out, ctx, *rq.curr, true);
  for (Task* p = scx.runnable_list.front(); p != nullptr; p = scx.runnable_list.next(*p)) dump_task(out, ctx, *p, false);
}

void dump_header(DumpBuffer& out, const ScxExitInfo& info) {
  out.line("%s[%d] triggered exit kind %d:", current()->comm, static_cast<int>(current()->pid), static_cast<int>(info.kind));
  out.line("  %s (%s)", info.reason, info.msg);
  out.newline();
  out.line("Backtrace:");
  dump_backtrace(out, "  ", info.bt, info.bt_len);
}

void dump_body(DumpBuffer& out, const ScxDumpCtx& ctx) {
  call_dump_op<Op::dump>(out, "", &ctx);
  out.newline();
  out.line("CPU states");
  out.line("----------");
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) dump_cpu(out, ctx, cpu);
  out.finish();
}

ScxDumpCtx context_of(ScxExitKind kind, int64_t exit_code, const char* reason) {
  return {.kind = kind, .exit_code = exit_code, .reason = reason, .at_ns = ktime_get_ns(), .at_jiffies = jiffies()};
}

}  // namespace

void scx_dump_state(ScxExitInfo& info) {
  Frame frame(trace::Site::kScxDumpState);
  SpinLockIrqSave guard(kernel().scx.dump.lock);
  DumpBuffer out(info.dump, info.dump_len);
  dump_header(out, info);
  dump_body(out, context_of(info.kind, info.exit_code, info.reason));
}

void scx_dump_on_request(const char* by) {
  Frame frame(trace::Site::kScxDumpState);
  SpinLockIrqSave guard(kernel().scx.dump.lock);
  DumpBuffer out(nullptr, 0);
  out.line("Debug dump triggered by %s", by);
  dump_body(out, context_of(SCX_EXIT_NONE, 0, by));
}

bool dump_text(const char* text) {
  ScxDump& dump = kernel().scx.dump;
  if (dump.cpu != static_cast<int>(arch::smp_processor_id())) return false;
  for (; *text != '\0'; ++text) {
    if (*text == '\n') {
      write_policy_line(dump);
    } else if (dump.length + 1 < sizeof(dump.line)) {
      dump.line[dump.length++] = *text;
    }
  }
  return true;
}

}  // namespace kernel
