# SPDX-License-Identifier: Apache-2.0
"""The parts of the tree: their sources, and the tests of their own level."""
import dataclasses
import pathlib

from cpp_operators import Cpp
from source import Source
from verilog_operators import Verilog


@dataclasses.dataclass(frozen=True)
class Part:
    sources: tuple              # globs from the top of the tree
    tests: tuple                # GoogleTest programs, the quickest to notice first
    without: tuple = ()         # globs of sources that belong elsewhere
    helpers: tuple = ()         # programs that the tests start
    checks: tuple = ()          # CTest entries that are no GoogleTest and start a helper
    options: dict = dataclasses.field(default_factory=dict)
    rtl: bool = False
    coverage: bool = False      # only cases that get to a mutant run: pays where they are many and long

    def folder(self):
        """Parts with the same options share a copy of the tree and its build."""
        harts = self.options.get("SCX_HART_COUNTS")
        return "rtl_" + harts.replace(";", "_") if harts else "no_rtl"


NO_RTL = {"SCX_HART_COUNTS": ""}
WITH_RTL = {"SCX_HART_COUNTS": "1;4"}

PARTS = {
    "kernel/ext": Part(
        sources=("firmware/kernel/ext/*.cpp", "firmware/kernel/ext/*.h"),
        tests=("kernel_test", "scheduler_test"), coverage=True, options=NO_RTL),
    "kernel": Part(
        sources=("firmware/kernel/**/*.cpp", "firmware/kernel/**/*.h", "firmware/arch/common/*.cpp"),
        without=("firmware/kernel/ext/*",),
        tests=("kernel_test", "scheduler_test", "arch_test"), coverage=True, options=NO_RTL),
    "schedulers": Part(
        sources=("firmware/schedulers/*.cpp", "firmware/schedulers/*.h"),
        tests=("scheduler_test", "kernel_test"), coverage=True, options=NO_RTL),
    "tb": Part(
        sources=("tb/*/*.cpp", "tb/*/*.h", "log/*.cpp", "log/*.h", "json/*.cpp", "json/*.h"),
        tests=("tb_config_test", "log_test", "json_test", "tb_monitor_test", "tb_expect_test", "tb_result_test", "tb_run_test",
               "tb_analysis_test", "tb_campaign_test", "tb_explain_test", "tb_export_test", "tb_import_test", "tb_wave_test", "tb_report_test",
               "tb_page_test", "fuzz_corpus_test", "tb_cli_test"),
        helpers=("scx-cosim-fake",), checks=("unit.BadConfigs",), options=NO_RTL),
    "models": Part(sources=("models/*.h",), tests=("models_test", "host_watchdog_test"), options=NO_RTL),
    "waves": Part(sources=("waves/*.cpp", "waves/*.h"), without=("waves/align.*",), tests=("waves_test",), options=NO_RTL),
    "sim": Part(sources=("sim/*.cpp", "sim/*.h"), tests=("sim_test",), options=WITH_RTL),
    "rtl": Part(
        sources=("rtl/*.v", "rtl/**/*.v"),
        tests=("mswi_test", "mtimer_test", "plic_test", "swdt_test", "hart_op_test", "hart_stop_test", "platform_test", "bus_contention_test",
               "soc_invariant_test", "hart_interrupt_test", "nmi_entry_test", "skip_test"),
        options=WITH_RTL, rtl=True),
}


def sources_of(part, tree):
    """Paths from the top of the tree, sorted."""
    def glob(patterns):
        return {path for pattern in patterns for path in pathlib.Path(tree).glob(pattern) if path.is_file()}
    return sorted(str(path.relative_to(tree)) for path in glob(part.sources) - glob(part.without))


def mutants_of(path, tree):
    source = Source(path, (pathlib.Path(tree) / path).read_text(), path.endswith(".v"))
    return (Verilog if source.verilog else Cpp)(source).mutants()
