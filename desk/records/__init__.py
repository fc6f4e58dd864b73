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
from desk.records.meeting import (
    answer_record,
    candidate_record,
    case_record,
    decision_record,
    meeting_record,
    reminder_record,
    request_record,
)
from desk.records.onward import (
    call_records,
    fit_record,
    location_record,
    municipality_record,
    placement_record,
    ride_record,
)
from desk.records.region import (
    forecast_record,
    headcount_record,
    inflow_record,
    pool_record,
    region_record,
    target_record,
)
from desk.records.whole import entry_record, figures_record, log_record, now_record, phone_record, signal_record

__all__ = [
    "Record",
    "answer_record",
    "bed_record",
    "bus_record",
    "bus_summary",
    "call_records",
    "candidate_record",
    "case_record",
    "decision_record",
    "entry_record",
    "figures_record",
    "fit_record",
    "forecast_record",
    "headcount_record",
    "household_record",
    "inflow_record",
    "location_record",
    "log_record",
    "meeting_record",
    "municipality_record",
    "now_record",
    "phone_record",
    "placement_record",
    "pool_record",
    "region_record",
    "reminder_record",
    "request_record",
    "ride_record",
    "room_record",
    "said",
    "said_everywhere",
    "signal_record",
    "target_record",
    "way_record",
]
