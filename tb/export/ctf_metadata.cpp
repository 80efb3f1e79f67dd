// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "tb/export/ctf.h"
#include "tb/export/shapes.h"

namespace tb::exports {
namespace {

// {0}: UUID, {1}: harts, {2}: MHz, {3}: event hash. Fields of events begin with an underscore, which readers drop: without it
// some would be words of the language.
constexpr const char* kHead = R"(/* CTF 1.8 */

typealias integer {{ size = 8; align = 8; signed = false; }} := u8;
typealias integer {{ size = 16; align = 8; signed = false; }} := u16;
typealias integer {{ size = 32; align = 8; signed = false; }} := u32;
typealias integer {{ size = 64; align = 8; signed = false; }} := u64;
typealias integer {{ size = 32; align = 8; signed = true; }} := s32;
typealias integer {{ size = 64; align = 8; signed = true; }} := s64;

trace {{
  major = 1;
  minor = 8;
  uuid = "{0}";
  byte_order = le;
  packet.header := struct {{
    u32 magic;
    u32 stream_id;
  }};
}};

env {{
  domain = "kernel";
  tracer_name = "scx-cosim";
  harts = {1};
  clock_mhz = {2};
  event_hash = "{3}";
}};

clock {{
  name = "simulated";
  description = "Simulated time since the first cycle";
  freq = 1000000000;
  offset = 0;
}};

typealias integer {{ size = 64; align = 8; signed = false; map = clock.simulated.value; }} := time;

stream {{
  id = 0;
  packet.context := struct {{
    time timestamp_begin;
    time timestamp_end;
    u64 content_size;
    u64 packet_size;
    u64 events_discarded;
    u32 cpu_id;
  }};
  event.header := struct {{
    u16 id;
    time timestamp;
  }};
}};
)";

std::string type_of(const ShapeField& field) {
  switch (field.kind) {
    case Kind::kU32: return "u32";
    case Kind::kS32: return "s32";
    case Kind::kU64: return "u64";
    case Kind::kS64: return "s64";
    case Kind::kBool: return "u8";
    case Kind::kComm:
    case Kind::kText: return "string";
    case Kind::kEnum: break;
  }
  std::string names;
  for (const auto& name : field.values->names)
    names += fmt::format("{}\"{}\" = {}", names.empty() ? "" : ", ", name.name, name.value);
  return "enum : u16 { " + names + " }";
}

}  // namespace

std::string ctf_metadata(const Machine& machine, const std::string& event_hash) {
  const std::string uuid = fmt::format("{}-{}-{}-{}-{}", event_hash.substr(0, 8), event_hash.substr(8, 4),
                                       event_hash.substr(12, 4), event_hash.substr(16, 4), event_hash.substr(20));
  std::string text = fmt::format(kHead, uuid, machine.harts, machine.clock_mhz, event_hash);
  for (std::size_t event = 0; event < shapes().size(); ++event) {
    const Shape& shape = shapes()[event];
    text += fmt::format("\nevent {{\n  name = \"{}\";\n  id = {};\n  stream_id = 0;\n  fields := struct {{\n", shape.name, event);
    for (const ShapeField& field : shape.fields)
      text += fmt::format("    {} _{};\n", type_of(field), field.lttng.empty() ? field.name : field.lttng);
    text += "  };\n};\n";
  }
  return text;
}

}  // namespace tb::exports
