"""What goes to and from the board: requests, answers, candidate sites, the decision list and its meetings."""

from datetime import date

from storage.store import Desk
from tests.scenarios.played import Step, scenario

THURSDAY, IN_TWO_WEEKS, AFTER_EASTER = date(2022, 4, 7), date(2022, 4, 21), date(2022, 4, 19)


def asked(desk: Desk) -> str:
    """A request to all municipalities."""
    return desk.requests.add("Can you run a 24/7 location?", deadline=AFTER_EASTER).ref


def met(desk: Desk) -> str:
    """The meeting of that Thursday."""
    return desk.decisions.add_meeting("BAO", day=THURSDAY, next_day=IN_TWO_WEEKS).ref


# --- requests and candidate sites ---------------------------------------------------------------


@scenario("request add")
def _everybody_is_asked(desk: Desk) -> Step:
    return lambda: asked(desk)


@scenario("request edit")
def _a_week_longer_and_one_more(desk: Desk) -> Step:
    ref = desk.requests.add("Who can help Ter Apel?", stream="asylum", municipalities=["Losser", "Borne"]).ref
    return lambda: desk.requests.edit(ref, deadline=IN_TWO_WEEKS, municipalities=["Hengelo"], note="rang them")


@scenario("request answer")
def _the_first_answer(desk: Desk) -> Step:
    ref = asked(desk)
    return lambda: desk.requests.answer(ref, "Losser", "conditions", number=60, note="six weeks", by="Els")


@scenario("request answer")
def _another_answer(desk: Desk) -> Step:
    ref = asked(desk)
    desk.requests.answer(ref, "Losser", "yes", number=60)
    return lambda: desk.requests.answer(ref, "GM0168", "no")


@scenario("request close")
def _nobody_is_reminded(desk: Desk) -> Step:
    ref = asked(desk)
    return lambda: desk.requests.close(ref)


@scenario("candidate add")
def _a_site_is_named(desk: Desk) -> Step:
    ref = asked(desk)
    return lambda: desk.requests.add_candidate("Marktzicht", "Losser", request=ref, note="little support")


@scenario("candidate state")
def _it_does_not_suit(desk: Desk) -> Step:
    desk.requests.add_candidate("Marktzicht", "Losser", note="little support")
    return lambda: desk.requests.candidate_state("Marktzicht", "unsuitable", note="too few exits")


# --- meetings and the decision list -------------------------------------------------------------


@scenario("meeting add")
def _they_met(desk: Desk) -> Step:
    return lambda: met(desk)


@scenario("meeting edit")
def _a_day_later(desk: Desk) -> Step:
    ref = met(desk)
    return lambda: desk.decisions.edit_meeting(ref, next_day=date(2022, 4, 22), note="in Enschede")


@scenario("meeting participants")
def _who_was_there(desk: Desk) -> Step:
    ref = met(desk)
    desk.decisions.take_part(ref, present=["Losser", "Hengelo"])
    return lambda: desk.decisions.take_part(ref, present=["Almelo"], excused=["Hengelo"], remove=["Losser"])


@scenario("decision add")
def _no_press_this_week(desk: Desk) -> Step:
    ref = met(desk)
    return lambda: desk.decisions.add("B", "No press.", meeting=ref, topic="press", until=date(2022, 4, 10))


@scenario("decision raise")
def _an_issue_of_the_log(desk: Desk) -> Step:
    desk.logbook.add("signal", "No place for single men again.", link="B-220407-1")
    return lambda: desk.decisions.raise_from(1, owner="TCVS")


@scenario("decision edit")
def _said_otherwise(desk: Desk) -> Step:
    ref = desk.decisions.add("A", "Ask the mayors.", due=AFTER_EASTER).ref
    return lambda: desk.decisions.edit(ref, text="Ask the mayors again.", due="as soon as can be", owner="chair")


@scenario("decision state")
def _it_is_done(desk: Desk) -> Step:
    ref = desk.decisions.add("A", "Ask the mayors.").ref
    return lambda: desk.decisions.state(ref, "done")


@scenario("decision import")
def _a_list_of_which_one_is_known(desk: Desk) -> Step:
    ref = met(desk)
    desk.decisions.add("K", "Too few places.", meeting=ref)
    rows = [{"kind": "K", "text": "Too few places.", "owner": "VRT"}, {"kind": "A", "text": "Ask around.", "due": ""}]
    return lambda: desk.decisions.import_list(rows, day=THURSDAY, next_day=date(2022, 4, 22), source="list.csv")
