"""The night for other programs: each thing as a plain record, with the names and times of the contract."""

from desk.records.arrivals import (
    bed_record,
    bus_record,
    bus_summary,
    household_record,
    room_record,
    way_record,
)
from desk.records.form import Record, said, said_everywhere
from desk.records.onward import (
    call_records,
    fit_record,
    location_record,
    municipality_record,
    placement_record,
    ride_record,
)
from desk.records.whole import figures_record, log_record, now_record, phone_record, signal_record

__all__ = [
    "Record",
    "bed_record",
    "bus_record",
    "bus_summary",
    "call_records",
    "figures_record",
    "fit_record",
    "household_record",
    "location_record",
    "log_record",
    "municipality_record",
    "now_record",
    "phone_record",
    "placement_record",
    "ride_record",
    "room_record",
    "said",
    "said_everywhere",
    "signal_record",
    "way_record",
]
