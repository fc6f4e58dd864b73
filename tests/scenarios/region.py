"""The region: locations with their reports and periods, pools, what is asked of it, who is expected."""

from datetime import date

from storage.store import Desk
from tests.scenarios.played import Step, scenario
from tests.store import ANYONE, FAMILIES, in_bed, placed

JUNE, JULY = date(2022, 6, 1), date(2022, 7, 31)


@scenario("location add")
def _a_place_nobody_knew(desk: Desk) -> Step:
    return lambda: desk.capacity.add("De Tuin", "Borne", "municipal", 30, occupied=12)


@scenario("location edit")
def _more_places_and_an_end(desk: Desk) -> Step:
    return lambda: desk.capacity.edit(FAMILIES, capacity=60, available_until=JUNE, counts=False)


@scenario("location report")
def _counted_after_some_were_placed(desk: Desk) -> Step:
    placed(desk, in_bed(desk, "Petrenko", 4))
    return lambda: desk.capacity.report(ANYONE, 30, 2)


@scenario("location report")
def _an_older_report(desk: Desk) -> Step:
    desk.capacity.report(ANYONE, 30)
    return lambda: desk.capacity.report(ANYONE, 25, at=desk.clock().replace(hour=0, minute=0))


@scenario("location period")
def _open_again_in_summer(desk: Desk) -> Step:
    desk.capacity.edit(FAMILIES, available_until=date(2022, 5, 1))
    return lambda: desk.capacity.add_period(FAMILIES, JUNE, JULY, 30)


@scenario("location period remove")
def _not_in_summer_after_all(desk: Desk) -> Step:
    desk.capacity.edit(FAMILIES, available_until=date(2022, 5, 1))
    desk.capacity.add_period(FAMILIES, JUNE, JULY, 30)
    return lambda: desk.capacity.remove_period(FAMILIES, JUNE)


@scenario("import reports")
def _a_sheet_of_counts(desk: Desk) -> Step:
    rows = [{"location": FAMILIES, "occupied": 12, "row": 2}, {"location": ANYONE, "occupied": 130, "row": 3}]
    return lambda: desk.capacity.import_reports(rows)


@scenario("municipality pool")
def _one_moves_to_another_pool(desk: Desk) -> Step:
    desk.capacity.pool("NOT-4", ["Losser", "Oldenzaal", "Dinkelland", "Tubbergen"])
    return lambda: desk.capacity.pool("West", ["Wierden", "Tubbergen"])


@scenario("target")
def _more_is_asked_from_may(desk: Desk) -> Step:
    desk.set("target", "2100")
    return lambda: desk.capacity.set_target("obligation", 2500, date(2022, 5, 1), "letter")


@scenario("target")
def _more_was_asked_a_week_ago(desk: Desk) -> Step:
    return lambda: desk.capacity.set_target("obligation", 2500, date(2022, 4, 1))


@scenario("forecast set")
def _fewer_than_was_told(desk: Desk) -> Step:
    desk.forecast.set("expected", date(2022, 4, 14), 60)
    return lambda: desk.forecast.set("expected", date(2022, 4, 14), 40, "LCVS")


@scenario("forecast remove")
def _nobody_knows_any_more(desk: Desk) -> Step:
    desk.forecast.set("expected", date(2022, 4, 14), 60)
    return lambda: desk.forecast.remove("expected", date(2022, 4, 14))


@scenario("import forecast")
def _a_sheet_of_scenarios(desk: Desk) -> Step:
    day = date(2022, 4, 14)
    rows = [{"scenario": s, "day": day, "people": n} for s, n in (("favourable", 10), ("unfavourable", 90))]
    return lambda: desk.forecast.import_rows(rows, "lcvs.csv")
