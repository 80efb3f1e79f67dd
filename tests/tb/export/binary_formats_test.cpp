// SPDX-License-Identifier: Apache-2.0
// Goal: trace.dat and CTF are what their readers expect, to the byte: pages, records with their formats, packets, metadata.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event_names.h"  // generated
#include "tb/export/ctf.h"
#include "tb/export/ring_pages.h"
#include "tb/export/trace_dat_formats.h"
#include "tests/tb/export/exported.h"

namespace tb::exports {
namespace {

using test::contents;
using testing::HasSubstr;

std::uint64_t number_at(const std::string& bytes, std::size_t at, unsigned size) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i) value |= std::uint64_t{static_cast<std::uint8_t>(bytes.at(at + i))} << (8 * i);
  return value;
}

std::string pages_of(const test::TempDir& dir, const std::function<void(RingPages&)>& fill) {
  RingPages pages(dir / "spool");
  fill(pages);
  OutputFile file(dir / "pages");
  pages.copy_to(file);
  EXPECT_EQ(pages.size(), file.size());
  file.commit();
  EXPECT_FALSE(std::filesystem::exists(dir / "pages.part"));
  return contents(dir / "pages");
}

TEST(RingPagesTest, ShortAndLongEvents) {
  const test::TempDir dir;
  const std::string page = pages_of(dir, [](RingPages& pages) {
    pages.add(1000, "abcd");
    pages.add(1005, "abcde");                            // padded
    pages.add(1005, std::string(113, 'x'));              // too long for the word
    pages.add(1005 + (std::uint64_t{1} << 27), "efgh");  // too late for it
  });
  ASSERT_EQ(page.size(), kPageBytes);
  EXPECT_EQ(number_at(page, 0, 8), 1000U);
  EXPECT_EQ(number_at(page, 8, 8), 8U + 12 + 124 + 16);
  EXPECT_EQ(number_at(page, 16, 4), 1U);
  EXPECT_EQ(page.substr(20, 4), "abcd");
  EXPECT_EQ(number_at(page, 24, 4), 2U | 5U << 5);
  EXPECT_EQ(page.substr(28, 8), std::string("abcde\0\0\0", 8));
  EXPECT_EQ(number_at(page, 36, 4), 0U);
  EXPECT_EQ(number_at(page, 40, 4), 116U + 4);
  EXPECT_EQ(number_at(page, 160, 4), 30U);
  EXPECT_EQ(number_at(page, 164, 4), 1U);
  EXPECT_EQ(number_at(page, 168, 4), 1U);
  EXPECT_EQ(page.substr(172, 4), "efgh");
}

TEST(RingPagesTest, AFullPageIsFollowedByAnother) {
  const test::TempDir dir;
  const std::string pages = pages_of(dir, [](RingPages& all) {
    for (unsigned i = 0; i < 600; ++i) all.add(i, "eight by");
  });
  ASSERT_EQ(pages.size(), 2 * kPageBytes);
  const std::uint64_t in_first = number_at(pages, 8, 8) / 12;
  EXPECT_EQ(number_at(pages, kPageBytes, 8), in_first);
  EXPECT_EQ(number_at(pages, kPageBytes + 8, 8) / 12 + in_first, 600U);
}

TEST(RingPagesTest, AnEventLargerThanAPageIsRefused) {
  const test::TempDir dir;
  RingPages pages(dir / "spool");
  EXPECT_THROW(pages.add(0, std::string(kPageBytes, 'x')), std::length_error);
  pages.add(0, std::string(kPageBytes - kPageHeadBytes - 8, 'x'));
}

TEST(FormatsTest, SchedSwitchHasTheLayoutOfLinux) {
  const std::string format = format_of(events::kSchedSwitch);
  EXPECT_THAT(format,
              testing::StartsWith(
                  "name: sched_switch\nID: 100\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"));
  for (const char* line :
       {"\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n",
        "\tfield:int prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n", "\tfield:int prev_prio;\toffset:28;\tsize:4;\tsigned:1;\n",
        "\tfield:s64 prev_state;\toffset:32;\tsize:8;\tsigned:1;\n",
        "\tfield:char next_comm[16];\toffset:40;\tsize:16;\tsigned:0;\n",
        "\tfield:int next_pid;\toffset:56;\tsize:4;\tsigned:1;\n", "\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n"})
    EXPECT_THAT(format, HasSubstr(line));
  EXPECT_THAT(format_of(events::kSchedWakeup), HasSubstr("\tfield:int target_cpu;\toffset:32;\tsize:4;\tsigned:1;\n"));
}

TEST(FormatsTest, OwnEventsAreDescribedByTheSchema) {
  EXPECT_THAT(format_of(events::kUserPrint),
              HasSubstr("\tfield:u64 pid;\toffset:8;\tsize:8;\tsigned:0;\n"
                        "\tfield:unsigned short stream;\toffset:16;\tsize:2;\tsigned:0;\n"
                        "\tfield:__data_loc char[] text;\toffset:20;\tsize:4;\tsigned:0;\n"
                        "\nprint fmt: \"pid=%llu stream=%s text=%s\", REC->pid, "
                        "__print_symbolic(REC->stream, { 0, \"stdout\" }, { 1, \"stderr\" }), __get_str(text)\n"));
  EXPECT_THAT(format_of(events::kWfiExit), HasSubstr("\nprint fmt: \"\"\n"));
}

TEST(FormatsTest, RecordsAreWhatTheirFormatsSay) {
  HartStates states(1);
  std::string out;
  test::for_each_event({{0, 0, test::switched(0, "swapper/0", trace::TaskState::kR, 7, "a")},
                        {1, 0, [] { trace::irq_off(trace::Site::kUser); }},
                        {2, 0, [] { trace::user_print(7, trace::Stream::kStderr, "text"); }},
                        {3, 0, test::switched(7, "a name of seventeen", trace::TaskState::kD, 0, "swapper/0")}},
                       [&](const event_log::EventView& event) {
                         states.enter(event);
                         out.clear();
                         put_record(out, {event, 0, states});
                         states.leave(event);
                         if (event.id == events::kUserPrint) {
                           EXPECT_EQ(out.size(), 29U);
                           EXPECT_EQ(number_at(out, 0, 2), 100U + events::kUserPrint);
                           EXPECT_EQ(number_at(out, 2, 1), 1U);  // interrupts off
                           EXPECT_EQ(number_at(out, 4, 4), 7U);
                           EXPECT_EQ(number_at(out, 16, 2), 1U);
                           EXPECT_EQ(number_at(out, 20, 4), 5U << 16 | 24U);
                           EXPECT_EQ(out.substr(24), std::string("text\0", 5));
                         }
                       });
  EXPECT_EQ(out.substr(8, 16), std::string("a name of seven\0", 16));
  EXPECT_EQ(number_at(out, 32, 8), 2U);  // prev_state
}

TEST(CtfTest, MetadataHasTheUuidOfTheEvents) {
  const std::string text = ctf_metadata({2, 100}, "0123456789abcdef0123456789abcdef");
  EXPECT_THAT(text, testing::StartsWith("/* CTF 1.8 */\n"));
  EXPECT_THAT(text, HasSubstr("uuid = \"01234567-89ab-cdef-0123-456789abcdef\";"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "  name = \"sched_wakeup\";\n  id = 2;\n  stream_id = 0;\n  fields := struct {\n    string _comm;\n    s32 _tid;\n"));
  EXPECT_THAT(text, HasSubstr("    enum : u16 { \"stdout\" = 0, \"stderr\" = 1 } _stream;\n    string _text;\n"));
}

TEST(CtfTest, AStreamForEachHart) {
  const test::TempDir dir;
  test::write_run(dir / "run", test::kExportScript);
  export_run({.run_dir = (dir / "run").string(), .ctf = (dir / "ctf").string()});
  const std::string packet = contents(dir / "ctf/hart_1");
  EXPECT_EQ(number_at(packet, 0, 4), 0xC1FC1FC1U);
  EXPECT_EQ(number_at(packet, 8, 8), 1000U);
  EXPECT_EQ(number_at(packet, 16, 8), 900'000'000U);
  EXPECT_EQ(number_at(packet, 24, 8), 8 * packet.size());
  EXPECT_EQ(number_at(packet, 32, 8), 8 * packet.size());
  EXPECT_EQ(number_at(packet, 48, 4), 1U);
  EXPECT_EQ(number_at(packet, 52, 2), events::kWfiEnter);
  EXPECT_EQ(number_at(packet, 54, 8), 1000U);
}

}  // namespace
}  // namespace tb::exports
