"""What people tell the desk, checked once: from a form, a command, a typed line or a sheet.

These are pydantic models, because what comes from outside is the place where a wrong kind of value can enter;
inside, values are plain frozen dataclasses, which open faster. Import this where something is written, never on
the way to the first screen.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from desk.buses import MOST_PEOPLE
from desk.language import _
from desk.names import clean
from desk.refusals import Refused
from desk.words import GROUPS, NEEDS

MOST_PETS = 99


def _text(value: object) -> object:
    return "" if value is None else clean(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_text)]
Heads = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]
Origin = Literal["bus", "walk_in", "re_entry", "police", "other_region"]


class Told(BaseModel):
    """Something told: only what is given counts, nothing unknown is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Announcement(Told):
    """A bus as it was phoned in; counts are people, and of the sender's own saying."""

    from_place: Text = ""
    announced: int | None = None
    eta: AwareDatetime | None = None
    eta_told_by: Text = ""
    contact: Text = ""
    phone: Text = ""
    carrier: Text = ""
    sender: Text = ""
    sender_phone: Text = ""
    source: Text = ""
    families: Heads | None = None
    in_families: Heads | None = None
    single_women: Heads | None = None
    single_men: Heads | None = None
    men: Heads | None = None
    women: Heads | None = None
    children: Heads | None = None
    babies: Heads | None = None
    non_ukrainian: Heads | None = None
    wheelchairs: Heads | None = None
    pets: Heads | None = None
    note: Text = ""


class Registration(Told):
    """A household as it was written down, besides its name and number; needs are codes, never a diagnosis."""

    name: Text = ""
    native_name: Text = ""
    people: int | None = None
    adults: Heads | None = None
    children: Heads | None = None
    cots: Heads = 0
    pets: Annotated[int, Field(ge=0, le=MOST_PETS)] = 0
    group: str | None = None
    sex: Literal["m", "f", "x"] | None = None
    nationality: str | None = None
    language: str | None = None
    needs: tuple[str, ...] = ()
    phone: Text = ""
    note: Text = ""
    earlier: Text = ""
    origin: Origin | None = None


Model = TypeVar("Model", bound=Told)


def announcement(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a bus that were told; what is None was not told."""
    return _told(Announcement, given)


def registration(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a household that were told: a cot is a need and a place to sleep that takes no bed."""
    known = _told(Registration, given)
    _one_of(known.get("group"), GROUPS, _("group"))
    if "needs" in known:
        codes = known["needs"]
        for code in codes:
            _one_of(code, NEEDS, _("need"))
        known["cots"] = max(codes.count("cot"), known.get("cots", 0))
        known["needs"] = ",".join(dict.fromkeys(codes))
    if "group" in known:
        known["group_kind"] = known.pop("group")
    return known


def _told(model: type[Model], given: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return model.model_validate(said).model_dump(exclude_unset=True)
    except ValidationError as wrong:
        raise Refused(_sentence(model, wrong.errors()[0])) from wrong


def _sentence(model: type[Told], error: Mapping[str, Any]) -> str:
    """What pydantic found, as the operator is told it."""
    part = " ".join(str(place).replace("_", " ") for place in error["loc"])
    limits = error.get("ctx", {})
    if "ge" in limits or "le" in limits:
        most = MOST_PETS if model is Registration and error["loc"] == ("pets",) else MOST_PEOPLE
        return _("{number} is not possible for {part}. Give 0 to {most}.").format(
            number=error["input"], part=part, most=most
        )
    if error["loc"] == ("origin",):
        return _not_one_of(error["input"], get_args(Origin), part)
    return _("'{text}' cannot be read as {part}. Type it again, plainly.").format(
        text=str(error["input"])[:40], part=part
    )


def _one_of(code: str | None, known: Mapping[str, str], part: str) -> None:
    if code is not None and code not in known:
        raise Refused(_not_one_of(code, tuple(known), part))


def _not_one_of(code: object, known: tuple[str, ...], part: str) -> str:
    return _("'{text}' is not a {part}. Use one of: {known}.").format(
        text=str(code)[:40], part=part, known=", ".join(known)
    )
