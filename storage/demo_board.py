"""The demo's board: a meeting of yesterday with its issues, decisions and actions, and two requests to municipalities.

What it says follows the minutes of 7 April 2022 in words of our own; who answered what is invented.
"""

from datetime import timedelta

from desk.language import _
from storage.store import Desk

_ANSWERS = (
    ("Almelo", "yes", 60),
    ("Borne", "no", None),
    ("Dinkelland", "no", None),
    ("Enschede", "conditions", 80),
    ("Haaksbergen", "no", None),
    ("Hengelo", "undecided", None),
    ("Losser", "no", None),
    ("Oldenzaal", "yes", 150),
    ("Tubbergen", "no", None),
)


def write_board(desk: Desk) -> None:
    """A meeting with its list, a request that nine of fourteen answered and one that is new, and a candidate site."""
    today = desk.clock().astimezone(desk.settings.tz).date()
    day, fortnight = today.isoformat(), today + timedelta(days=14)
    desk.decisions.add_meeting("BAO", day=today, next_day=fortnight)
    for kind, item, text, owner, days in (
        ("K", "4.1", _("Forecasts differ; in the worst one there are more people than places next week."), "", 6),
        ("K", "2.3", _("A location that is staffed day and night is needed, for about 60 people."), "TCVS", None),
        ("B", "2.3", _("Every municipality looks whether it can open such a location."), _("municipalities"), 7),
        ("A", "2.3", _("The project leaders report back what they found."), _("project leaders"), 7),
        ("K", "2.4", _("There is no regional location for men alone who are not Ukrainian."), _("all"), None),
        ("A", "2.6", _("The mayors say whether they can help Ter Apel."), _("mayors"), 12),
    ):
        due = today + timedelta(days=days) if days else ""
        desk.decisions.add(kind, text, meeting=day, item=item, owner=owner, due=due)
    desk.decisions.add(
        "B",
        _("No interview and no press release this week: pass the press on to communications."),
        meeting=day,
        item="2.9",
        owner=_("communications"),
        topic="press",
        until=today + timedelta(days=4),
    )
    asked = desk.requests.add(
        _("Can you open a location that is staffed day and night?"),
        occasion="BAO",
        sent_by="TCVS",
        deadline=today + timedelta(days=7),
    ).ref
    for municipality, answer, number in _ANSWERS:
        desk.requests.answer(asked, municipality, answer, number=number)
    desk.requests.add(
        _("Can you take people from Ter Apel?"),
        occasion=_("request for assistance"),
        sent_by="VRT",
        deadline=today + timedelta(days=12),
        stream="asylum",
    )
    desk.requests.add_candidate(
        "Marktzicht", "Losser", request=asked, note=_("Little support nearby; meant for others.")
    )
