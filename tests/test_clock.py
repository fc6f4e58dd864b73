"""Times as people type them, nights, and both nights on which the clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk import clock, references
from desk.language import speak
from desk.refusals import NotFound, Refused
from tests.store import AMSTERDAM, moment

SPRING = "2022-03-26T23:30:00+01:00"
AUTUMN = "2022-10-29T23:30:00+02:00"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def read(text: str, now: str, *, ahead: bool = False) -> str:
    """What a text means at a moment, as the site's clock shows it."""
    return clock.iso(clock.parse_time(text, utc(now), AMSTERDAM, ahead=ahead), AMSTERDAM)


# --- as people type them ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("03:40", "2022-04-08T03:40:00+02:00"),
        ("3:40", "2022-04-08T03:40:00+02:00"),
        ("03.40", "2022-04-08T03:40:00+02:00"),
        ("02:20", "2022-04-08T02:20:00+02:00"),
        ("23:10", "2022-04-07T23:10:00+02:00"),
        ("14:30", "2022-04-08T14:30:00+02:00"),
        ("15:00", "2022-04-07T15:00:00+02:00"),
        ("+2h10", "2022-04-08T04:51:00+02:00"),
        ("+2u10", "2022-04-08T04:51:00+02:00"),
        ("-15m", "2022-04-08T02:26:00+02:00"),
        ("-15min", "2022-04-08T02:26:00+02:00"),
        ("+1h", "2022-04-08T03:41:00+02:00"),
        ("2022-04-07 23:10", "2022-04-07T23:10:00+02:00"),
        ("2022-04-07T23:10", "2022-04-07T23:10:00+02:00"),
        ("2022-04-07T21:10:00Z", "2022-04-07T23:10:00+02:00"),
        ("2022-04-08T05:10+05:00", "2022-04-08T02:10:00+02:00"),
    ],
)
def test_a_time_is_read_as_it_is_meant_at_19_to_3(typed: str, means: str) -> None:
    assert read(typed, "2022-04-08T02:41:00+02:00") == means


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("03:40", "2022-04-08T03:40:00+02:00"),
        ("02:41", "2022-04-08T02:41:00+02:00"),
        ("02:40", "2022-04-09T02:40:00+02:00"),
        ("23:10", "2022-04-08T23:10:00+02:00"),
    ],
)
def test_an_expected_arrival_is_the_next_such_time(typed: str, means: str) -> None:
    assert read(typed, "2022-04-08T02:41:30+02:00", ahead=True) == means


@pytest.mark.parametrize(
    "typed", ["", "soon", "24:00", "12:60", "3", "3:4", "+", "+h", "2022-13-01", "2022-04-31 10:00", "12:00:99"]
)
def test_what_is_no_time_is_refused_with_what_to_type(typed: str) -> None:
    with pytest.raises(Refused) as no:
        read(typed, "2022-04-08T02:41:00+02:00")
    assert "Type" in str(no.value)


# --- the clock changes --------------------------------------------------------------------------


@pytest.mark.parametrize(("evening", "hours"), [("2022-03-26", 7), ("2022-10-29", 9), ("2022-04-07", 8)])
def test_from_ten_to_six_is_seven_hours_in_spring_and_nine_in_autumn(evening: str, hours: int) -> None:
    ten = utc(f"{evening}T22:00:00{'+01:00' if evening == '2022-03-26' else '+02:00'}")
    six = clock.next_at("06:00", ten, AMSTERDAM)
    assert clock.hhmm(six, AMSTERDAM) == "06:00"
    assert six - ten == timedelta(hours=hours)
    assert clock.span(six - ten) == f"{hours} h 00"


@pytest.mark.parametrize("ahead", [False, True])
def test_in_spring_the_hour_that_is_skipped_is_no_time(ahead: bool) -> None:
    with pytest.raises(Refused, match="The clock skips 02:30 that night"):
        read("02:30", SPRING, ahead=ahead)
    with pytest.raises(Refused, match="The clock skips 02:30 that night"):
        read("02:30", "2022-03-27T01:50:00+01:00")
    with pytest.raises(Refused, match="skips 02:30"):
        read("02:30", "2022-03-26T23:10:00+01:00", ahead=ahead)
    assert read("03:00", SPRING, ahead=ahead) == "2022-03-27T03:00:00+02:00"
    assert read("01:59", SPRING, ahead=ahead) == "2022-03-27T01:59:00+01:00"


def test_in_autumn_the_hour_that_comes_twice_is_the_one_nearest_to_now() -> None:
    assert read("02:30", AUTUMN) == "2022-10-30T02:30:00+02:00"
    assert read("02:30", "2022-10-30T02:45:00+01:00") == "2022-10-30T02:30:00+01:00"
    assert read("02:30", "2022-10-30T02:40:00+02:00", ahead=True) == "2022-10-30T02:30:00+01:00"


def test_a_length_is_added_in_truth_and_not_on_the_wall() -> None:
    assert read("+4h", SPRING) == "2022-03-27T04:30:00+02:00"
    assert read("+4h", AUTUMN) == "2022-10-30T02:30:00+01:00"


@pytest.mark.parametrize(
    ("hours", "at", "inside"),
    [
        ("08:00-18:00", "2022-04-08T07:59:00+02:00", False),
        ("08:00-18:00", "2022-04-08T08:00:00+02:00", True),
        ("08:00-18:00", "2022-04-08T18:00:00+02:00", False),
        ("22:00-06:00", "2022-04-08T02:41:00+02:00", True),
        ("22:00-06:00", "2022-04-08T12:00:00+02:00", False),
        ("24/7", "2022-04-08T02:41:00+02:00", True),
        ("", "2022-04-08T02:41:00+02:00", True),
    ],
)
def test_opening_hours_may_go_past_midnight(hours: str, at: str, inside: bool) -> None:
    assert clock.within(hours, utc(at), AMSTERDAM) is inside


def test_what_is_shut_opens_at_its_next_hour_also_when_the_clock_changes() -> None:
    assert clock.next_within("08:00-18:00", utc(SPRING), AMSTERDAM) == utc("2022-03-27T08:00:00+02:00")
    assert clock.next_within("24/7", utc(SPRING), AMSTERDAM) == utc(SPRING)


# --- nights and their names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "evening"),
    [
        ("2022-04-08T02:41:00+02:00", "2022-04-07"),
        ("2022-04-08T11:59:59+02:00", "2022-04-07"),
        ("2022-04-08T12:00:00+02:00", "2022-04-08"),
        ("2022-03-27T11:59:00+02:00", "2022-03-26"),
        ("2022-10-30T11:59:00+01:00", "2022-10-29"),
        ("2023-01-01T02:00:00+01:00", "2022-12-31"),
    ],
)
def test_a_night_runs_from_noon_to_noon_and_is_called_by_its_evening(at: str, evening: str) -> None:
    assert clock.night_of(utc(at), AMSTERDAM) == date.fromisoformat(evening)


@pytest.mark.parametrize(
    ("evening", "called"),
    [
        (date(2022, 4, 7), "night of 7 to 8 April"),
        (date(2022, 4, 30), "night of 30 April to 1 May"),
        (date(2022, 12, 31), "night of 31 December to 1 January"),
    ],
)
def test_the_label_of_a_night_names_both_days(evening: date, called: str) -> None:
    speak("en")
    assert clock.night_label(evening) == called


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 min"), (59, "59 min"), (154, "2 h 34"), (60 * 31, "31 h"), (60 * 97, "4 d")]
)
def test_a_length_of_time_is_said_in_few_letters(minutes: int, said: str) -> None:
    speak("en")
    assert clock.span(timedelta(minutes=minutes)) == said
    assert clock.span(-timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2022-04-08T03:40:00+02:00", "03:40"),
        ("2022-04-07T15:00:00+02:00", "15:00"),
        ("2022-04-10T03:40:00+02:00", "Sun 10 03:40"),
        ("2022-05-10T03:40:00+02:00", "10/05/2022 03:40"),
    ],
)
def test_a_time_is_shown_with_its_day_where_it_is_not_near(at: str, shown: str) -> None:
    speak("en")
    assert clock.when(utc(at), utc("2022-04-08T02:41:00+02:00"), AMSTERDAM) == shown


# --- references ---------------------------------------------------------------------------------


def test_a_reference_is_said_without_its_year_also_across_new_year() -> None:
    made = references.make("B", date(2022, 12, 31), 2)
    assert made == "B-221231-2"
    assert references.said(made, date(2023, 1, 1)) == "B-1231-2"
    assert references.said(made, date(2023, 10, 1)) == "B-1231-2"
    assert references.said(made, date(2023, 12, 31)) == "B-221231-2"


def test_a_reference_as_said_can_be_that_of_any_year_and_with_its_year_of_that_one() -> None:
    assert references.meant("b-0407-2", "B")[22] == "B-220407-2"
    assert len(references.meant("B-0407-2", "B")) == 100
    assert references.meant(" B-220407-02 ", "B") == ["B-220407-2"]


@pytest.mark.parametrize("typed", ["", "B", "B-0407", "H-0407-2", "B-0407-2.1", "B-04-07-2", "B-0407-22222"])
def test_what_is_no_reference_here_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(NotFound, match="B-0407-2"):
        references.meant(typed, "B")


def test_a_date_and_time_that_the_clock_skips_is_refused_and_not_moved() -> None:
    with pytest.raises(Refused, match="skips"):
        clock.parse_time("2022-03-27 02:30", moment("2022-03-26T22:00:00+01:00"), AMSTERDAM)
