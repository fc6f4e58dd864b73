"""The form for one household: what was learned after the line at the table."""

from collections.abc import Callable
from typing import Any

from desk import words as spelled
from desk.households import Household
from desk.language import _
from desk.opened import NEEDS
from desk.refusals import Refused
from screens.desk_screen import DeskScreen
from screens.form import Field, Filled, FormScreen
from screens.steps import whole_number


def open_household_form(screen: DeskScreen, ref: str) -> None:
    """Change what is known of a household."""
    h = screen.desk_app.desk.households.get(ref)
    screen.desk_app.desk.access.note(NEEDS, h.ref)
    title = f"{screen.night.said(h.ref)} {h.name} {h.people}"

    def known() -> list[Field]:
        return _fields(screen.desk_app.desk.households.get(ref))

    def save(filled: Filled) -> Callable[[], None]:
        return _save(screen, h, filled)

    screen.app.push_screen(FormScreen(screen, f"household {h.ref}", title, known, save, h.ref))


def _fields(h: Household) -> list[Field]:
    def shown(value: object) -> str:
        return "" if value is None else str(value)

    return [
        Field("name", _("Name"), h.name),
        Field("native_name", _("Name in own script"), h.native_name),
        Field("people", _("People"), str(h.people)),
        Field("adults", _("Adults"), shown(h.adults)),
        Field("children", _("Children"), shown(h.children)),
        Field("group", _("Group"), shown(h.group_kind)),
        Field("nationality", _("Nationality (UKR)"), shown(h.nationality)),
        Field("language", _("Language (uk, ru)"), shown(h.language)),
        Field("needs", _("Needs, with commas"), h.needs),
        Field("pets", _("Pets"), str(h.pets or "")),
        Field("phone", _("Phone"), h.phone),
        Field("note", _("Note, no diagnosis"), h.note),
    ]


def _save(screen: DeskScreen, h: Household, values: Filled) -> Callable[[], None]:
    given: dict[str, Any] = {
        name: values[name] for name in ("name", "native_name", "phone", "note") if values.told(name)
    }
    given |= {name: whole_number(values[name]) for name in ("adults", "children", "pets") if values.told(name)}
    if values.told("people") and whole_number(values["people"]) != h.people:
        raise Refused(
            _("The number of people does not change here: split them off (s), or register who came later (r).")
        )
    if values.told("group"):
        given["group"] = _one(spelled.GROUP_WORDS, values["group"], _("group"))
    if values.told("needs"):
        given["needs"] = tuple(
            _one(spelled.NEED_WORDS, n.strip(), _("need")) for n in values["needs"].split(",") if n.strip()
        )
    if values.told("nationality"):
        given["nationality"] = spelled.nationality(values["nationality"])
    if values.told("language"):
        given["language"] = spelled.spoken(values["language"])
    if not values.changed:
        raise Refused(_("Nothing is changed yet. Change a line, or Esc."))
    done = screen.desk_app.desk.households.edit(h.ref, clear=sorted(values.emptied - {"name", "people"}), **given)
    return lambda: screen.say(" ".join([done.text, *done.warnings]))


def _one(table: dict[str, str], typed: str, what: str) -> str:
    found = spelled.find(table, typed)
    if len(found) != 1:
        raise Refused(
            _("'{text}' is not a {what}. It can be: {codes}.").format(
                text=typed[:30], what=what, codes=", ".join(found or tuple(dict.fromkeys(table.values()))[:12])
            )
        )
    return found[0]
