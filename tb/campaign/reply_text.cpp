// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/reply_text.h"

#include "tb/campaign/found.h"

namespace tb::campaign {
namespace {

json::Value record_json(const Record& record) {
  return {{"key", record.key},
          {"scenario", record.scenario},
          {"variant", record.variant},
          {"seed", record.seed},
          {"ending", static_cast<int>(record.ending)},
          {"events", record.events},
          {"clock_mhz", record.clock_mhz},
          {"found", found_json(record.found)},
          {"host_s", record.host_seconds}};
}

Record record_from(const json::Value& json, const Measured& measured, std::string metrics) {
  Record out;
  out.key = json["key"].get<std::string>();
  out.scenario = json["scenario"].get<std::string>();
  out.variant = json["variant"].get<std::string>();
  out.seed = json["seed"].get<std::uint64_t>();
  out.outcome = measured.outcome;
  out.message = measured.message;
  out.ending = static_cast<Ending>(json["ending"].get<int>());
  out.cycles = measured.cycles;
  out.events = json["events"].get<std::uint64_t>();
  out.event_hash = measured.event_hash;
  out.clock_mhz = json["clock_mhz"].get<std::uint32_t>();
  out.metrics = std::move(metrics);
  out.found = found_from(json["found"]);
  out.host_seconds = json["host_s"].get<double>();
  out.cpu_seconds = measured.cpu_seconds;
  return out;
}

}  // namespace

// A line of JSON, and the bytes of the metrics.
std::string to_text(const Reply& reply) {
  const Measured& m = reply.measured;
  json::Value responses = json::Value::array();
  for (const double value : m.responses) responses.push_back(number_or_null(value));
  json::Value line{{"responses", std::move(responses)},
                   {"outcome", static_cast<int>(m.outcome)},
                   {"hash", m.event_hash},
                   {"cycles", m.cycles},
                   {"cpu_s", m.cpu_seconds},
                   {"cached", m.cached},
                   {"failed", m.failed},
                   {"message", m.message}};
  if (reply.record) line["record"] = record_json(*reply.record);
  return line.dump() + '\n' + (reply.record ? reply.record->metrics : std::string());
}

Reply reply_from(const std::string& text) {
  const std::size_t end = text.find('\n');
  const json::Value line = json::parse(std::string_view(text).substr(0, end));
  Reply out;
  Measured& m = out.measured;
  for (const json::Value& value : line["responses"]) m.responses.push_back(number_from(value));
  m.outcome = static_cast<Outcome>(line["outcome"].get<int>());
  m.event_hash = line["hash"].get<std::string>();
  m.cycles = line["cycles"].get<std::uint64_t>();
  m.cpu_seconds = line["cpu_s"].get<double>();
  m.cached = line["cached"].get<bool>();
  m.failed = line["failed"].get<bool>();
  m.message = line["message"].get<std::string>();
  if (const json::Value* record = line.find("record")) out.record = record_from(*record, m, text.substr(end + 1));
  return out;
}

}  // namespace tb::campaign
