// SPDX-License-Identifier: Apache-2.0
#include "tb/export/ctf.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "tb/export/bytes.h"
#include "tb/export/output.h"
#include "tb/export/shapes.h"

namespace tb::exports {
namespace {

constexpr std::size_t kPacketBytes = 128 * 1024;  // a packet ends when it has that many
constexpr std::uint32_t kMagic = 0xC1FC1FC1;

// Where the head of a packet has what is known at its end only.
constexpr std::size_t kAtEnd = 16, kAtContent = 24, kAtSize = 32, kHeadBytes = 52;

class Stream {
 public:
  Stream(const std::filesystem::path& file, unsigned hart) : file_(file), hart_(hart) {}

  void write(const Record& record) {
    if (packet_.empty()) open(record.ns);
    put(packet_, record.event.id, 2);
    put(packet_, record.ns, 8);
    last_ns_ = record.ns;
    const ShapeValues shape_values = shaped(record);
    const auto values = shape_values.all();
    const auto& fields = shapes()[record.event.id].fields;
    for (std::size_t i = 0; i < values.size(); ++i) put_value(fields[i].kind, values[i]);
    if (packet_.size() >= kPacketBytes) close();
  }

  void finish() {
    if (packet_.empty() && file_.size() == 0) open(0);  // a stream has a packet, an empty one if need be
    if (!packet_.empty()) close();
    file_.commit();
  }

 private:
  void open(std::uint64_t ns) {
    put(packet_, kMagic, 4);
    put(packet_, 0, 4);  // stream_id
    put(packet_, ns, 8);
    packet_.resize(kHeadBytes - 4, '\0');
    put(packet_, hart_, 4);
    last_ns_ = ns;
  }

  void put_value(Kind kind, const event_log::Value& value) {
    switch (kind) {
      case Kind::kU32:
      case Kind::kS32: return put(packet_, value.number, 4);
      case Kind::kU64:
      case Kind::kS64: return put(packet_, value.number, 8);
      case Kind::kBool: return put(packet_, value.number, 1);
      case Kind::kEnum: return put(packet_, value.number, 2);
      case Kind::kComm:
      case Kind::kText: return put_cstring(packet_, value.text);
    }
  }

  void close() {
    put_at(packet_, kAtEnd, last_ns_, 8);
    put_at(packet_, kAtContent, 8 * packet_.size(), 8);
    put_at(packet_, kAtSize, 8 * packet_.size(), 8);
    file_.write(packet_);
    packet_.clear();
  }

  OutputFile file_;
  unsigned hart_;
  std::string packet_;  // the one that is being filled; empty: none
  std::uint64_t last_ns_ = 0;
};

bool is_ours(const std::string& name) {
  if (name == "metadata") return true;
  unsigned hart = 0;
  const char* const end = name.data() + name.size();
  return name.starts_with("hart_") && std::from_chars(name.data() + 5, end, hart).ptr == end;
}

class CtfWriter : public Writer {
 public:
  CtfWriter(const std::filesystem::path& dir, const Machine& machine) : machine_(machine) {
    make_directory("--ctf", dir, is_ours);
    metadata_ = std::make_unique<OutputFile>(dir / "metadata");
    for (unsigned hart = 0; hart < machine.harts; ++hart)
      streams_.push_back(std::make_unique<Stream>(dir / fmt::format("hart_{}", hart), hart));
  }

  void write(const Record& record) override { streams_[record.event.hart]->write(record); }

  void finish(const End& end) override {
    for (const auto& stream : streams_) stream->finish();
    metadata_->write(ctf_metadata(machine_, end.event_hash));
    metadata_->commit();
  }

 private:
  Machine machine_;
  std::unique_ptr<OutputFile> metadata_;
  std::vector<std::unique_ptr<Stream>> streams_;  // by hart
};

}  // namespace

std::unique_ptr<Writer> ctf_writer(const std::filesystem::path& dir, const Machine& machine) {
  return std::make_unique<CtfWriter>(dir, machine);
}

}  // namespace tb::exports
