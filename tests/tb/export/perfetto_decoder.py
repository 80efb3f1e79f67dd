# SPDX-License-Identifier: Apache-2.0
"""Decodes a Perfetto trace by the field numbers of Perfetto's published protos (Trace, TracePacket, TrackDescriptor, TrackEvent,
DebugAnnotation, FtraceEventBundle, FtraceEvent), and refuses what is not well-formed: an unknown field, a slice that ends on a lane
with none open, an event on a track that was not described."""
import collections
import dataclasses
import struct

U64, I64, I32, BOOL, TEXT, FIXED = "u64", "i64", "i32", "bool", "text", "fixed64"

DEBUG_ANNOTATION = {2: ("bool", BOOL), 3: ("uint", U64), 4: ("int", I64), 6: ("string", TEXT), 10: ("name", TEXT)}
TRACK_EVENT = {4: ("annotations", DEBUG_ANNOTATION), 9: ("type", U64), 11: ("track", U64), 23: ("name", TEXT), 47: ("flows", FIXED),
               48: ("terminating_flows", FIXED)}
TRACK_DESCRIPTOR = {1: ("uuid", U64), 2: ("name", TEXT), 5: ("parent", U64), 11: ("child_ordering", U64), 12: ("rank", I32)}
WAKEUP = {1: ("comm", TEXT), 2: ("pid", I32), 3: ("prio", I32), 4: ("success", I32), 5: ("target_cpu", I32)}
FTRACE_EVENT = {
    1: ("timestamp", U64), 2: ("pid", U64), 5: ("common_flags", U64),
    4: ("sched_switch", {1: ("prev_comm", TEXT), 2: ("prev_pid", I32), 3: ("prev_prio", I32), 4: ("prev_state", I64),
                         5: ("next_comm", TEXT), 6: ("next_pid", I32), 7: ("next_prio", I32)}),
    13: ("cpu_idle", {1: ("state", U64), 2: ("cpu_id", U64)}),
    17: ("sched_wakeup", WAKEUP), 20: ("sched_waking", WAKEUP),
    24: ("softirq_entry", {1: ("vec", U64)}), 25: ("softirq_exit", {1: ("vec", U64)}),
    36: ("irq_handler_entry", {1: ("irq", I32), 2: ("name", TEXT)}), 37: ("irq_handler_exit", {1: ("irq", I32), 2: ("ret", I32)}),
}
BUNDLE = {1: ("cpu", U64), 2: ("events", FTRACE_EVENT)}
PACKET = {1: ("ftrace_events", BUNDLE), 8: ("timestamp", U64), 10: ("sequence", U64), 11: ("track_event", TRACK_EVENT),
          60: ("track_descriptor", TRACK_DESCRIPTOR)}
REPEATED = {"annotations", "flows", "terminating_flows", "events"}
SLICE_BEGIN, SLICE_END, INSTANT = 1, 2, 3


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def number(value, kind):
    if kind == BOOL:
        return bool(value)
    if kind in (I64, I32) and value >> 63:
        value -= 1 << 64
    return value


def decode(data, schema):
    fields, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        name, kind = schema[tag >> 3]
        wire = tag & 7
        if wire == 0 and isinstance(kind, str) and kind not in (TEXT, FIXED):
            value, at = varint(data, at)
            value = number(value, kind)
        elif wire == 1 and kind == FIXED:
            value = struct.unpack_from("<Q", data, at)[0]
            at += 8
        elif wire == 2 and (kind == TEXT or isinstance(kind, dict)):
            size, at = varint(data, at)
            if at + size > len(data):
                raise ValueError(f"{name} is longer than what holds it")
            inner = data[at:at + size]
            value = inner.decode(errors="replace") if kind == TEXT else decode(inner, kind)
            at += size
        else:
            raise ValueError(f"{name}: wire type {wire}")
        if name in REPEATED:
            fields.setdefault(name, []).append(value)
        elif fields.setdefault(name, value) is not value:
            raise ValueError(f"{name} twice")
    return fields


@dataclasses.dataclass
class Event:
    ns: int
    lane: str
    hart: int
    name: str
    fields: dict
    flows: list
    terminating: list
    end: int = -1


class Trace:
    def __init__(self, data):
        self.tracks = {}  # uuid -> (name, parent)
        self.slices, self.instants, self.ftrace = [], [], []
        self._open = collections.defaultdict(list)
        self._last = collections.defaultdict(int)
        at = 0
        while at < len(data):
            tag, at = varint(data, at)
            if tag != (1 << 3 | 2):
                raise ValueError("not a packet")
            size, at = varint(data, at)
            self._packet(decode(data[at:at + size], PACKET))
            at += size
        if any(self._open.values()):
            raise ValueError("a slice has no end")

    def _packet(self, packet):
        if "track_descriptor" in packet:
            track = packet["track_descriptor"]
            self.tracks[track["uuid"]] = (track["name"], track.get("parent", 0))
        elif "track_event" in packet:
            self._track_event(packet["timestamp"], packet["track_event"])
        else:
            bundle = packet["ftrace_events"]
            for event in bundle["events"]:
                (name, fields), = [(key, value) for key, value in event.items() if isinstance(value, dict)]
                self._in_order(("cpu", bundle["cpu"]), event["timestamp"])
                self.ftrace.append((event["timestamp"], bundle["cpu"], name, fields))

    def _in_order(self, key, ns):
        if ns < self._last[key]:
            raise ValueError(f"{key}: {ns} after {self._last[key]}")
        self._last[key] = ns

    def _track_event(self, ns, event):
        lane, parent = self.tracks[event["track"]]
        hart = int(self.tracks[parent][0].removeprefix("hart "))
        self._in_order("lanes", ns)
        fields = {}
        for annotation in event.get("annotations", []):
            name = annotation.pop("name")
            (fields[name],) = annotation.values()
        if event["type"] == SLICE_END:
            begun = self._open[event["track"]].pop()
            begun.end = ns
            begun.fields |= fields
            return
        found = Event(ns, lane, hart, event["name"], fields, event.get("flows", []), event.get("terminating_flows", []))
        if event["type"] == SLICE_BEGIN:
            self._open[event["track"]].append(found)
            self.slices.append(found)
        else:
            self.instants.append(found)
