"""The passenger list of a bus: one row a person, read into the households that travel together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from desk.cells import WrongCell, choice, day, is_empty, nationality, several, sex, spoken, text, whole, written
from desk.household_line import MOST_PEOPLE, OLDEST, infer_group
from desk.language import N_, _
from desk.refusals import Refused
from desk.sheets import Column, read_rows
from desk.words import NEED_WORDS, key

RELATIONS: dict[str, str] = {
    "self": N_("household contact"),
    "partner": N_("partner"),
    "child": N_("child"),
    "parent": N_("parent"),
    "guardian": N_("guardian"),
    "sibling": N_("brother or sister"),
    "grandchild": N_("grandchild"),
    "other_relative": N_("other relative"),
    "acquaintance": N_("acquaintance"),
}
_RELATION_SPELLINGS = {
    "self": "contact contactpersoon zelf reference hoofd",
    "partner": "husband wife spouse echtgenoot echtgenote man vrouw",
    "child": "son daughter kind zoon dochter stepchild stiefkind stiefzoon stiefdochter baby",
    "parent": "mother father ouder moeder vader mama papa stepparent stiefouder stiefmoeder stiefvader",
    "guardian": "voogd legal_guardian",
    "sibling": "brother sister broer zus zuster broertje zusje",
    "grandchild": "grandson granddaughter kleinkind kleinzoon kleindochter",
    "other_relative": "relative ander_familielid familie familielid nephew niece cousin neef nicht neefje nichtje "
    "aunt uncle tante oom grandmother grandfather grandparent grootmoeder grootvader grootouder oma opa "
    "schoonmoeder schoonvader schoonzus schoonbroer mother_in_law father_in_law sister_in_law brother_in_law "
    "parent_in_law schoonouder foster_child pleegkind",
    "acquaintance": "friend kennis vriend vriendin neighbour buur buurvrouw buurman other ander",
}
_RELATION_WORDS = {key(word): code for code, said in _RELATION_SPELLINGS.items() for word in (code, *said.split())}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a passenger list; of a birth year alone the age is the one reached in that year."""

    name: str
    native_name: str = ""
    birth_year: int | None = None
    age: int | None = None
    minor: bool | None = None
    """Under 18, or perhaps so where only the birth year is known; None where nothing tells."""
    sex: str | None = None
    relation: str | None = None
    nationality: str | None = None
    language: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """The rows of one household, ready to register; `rows` are their numbers in the sheet."""

    name: str
    people: int
    adults: int | None
    children: int | None
    ages: tuple[int, ...]
    cots: int
    sex: str | None
    group: str | None
    nationality: str | None
    language: str | None
    needs: tuple[str, ...]
    phone: str
    members: tuple[Member, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PassengerList:
    """The households of a list in its order, and the headings that were left out."""

    parties: tuple[Party, ...]
    unknown: tuple[str, ...]


def _relation(value: object) -> str:
    known = _RELATION_WORDS.get(key(written(value)))
    if known is None:
        raise WrongCell(_("is not a relation: give one of {choices}").format(choices=", ".join(RELATIONS)))
    return known


def _birth_year(today: date) -> Callable[[object], int]:
    read_whole = whole(0, 9999)

    def read(value: object) -> int:
        year = read_whole(value)
        if not today.year - OLDEST <= year <= today.year:
            raise WrongCell(_("is not the birth year of someone of 0 to {oldest}").format(oldest=OLDEST))
        return year

    return read


def _birth_date(today: date) -> Callable[[object], date]:
    def read(value: object) -> date:
        born = day(value)
        if not today.year - OLDEST <= born.year or born > today:
            raise WrongCell(_("is not the birth date of someone of 0 to {oldest}").format(oldest=OLDEST))
        return born

    return read


def columns(today: date) -> tuple[Column, ...]:
    """The columns of a passenger list; none is required, as long as every row has a name."""
    return (
        Column("household", ("huishouden",), text(60)),
        Column("family_name", ("achternaam",), text(100)),
        Column("given_name", ("voornaam",), text(100)),
        Column("native_name", ("naam_eigen_schrift",), text(100)),
        Column("birth_year", ("geboortejaar",), _birth_year(today)),
        Column("birth_date", ("geboortedatum",), _birth_date(today)),
        Column("age", ("leeftijd",), whole(0, OLDEST)),
        Column("sex", ("geslacht",), sex),
        Column("nationality", ("nationaliteit",), nationality),
        Column("language", ("taal",), spoken),
        Column("needs", ("ondersteuning",), several(choice(NEED_WORDS))),
        Column("relation", ("relatie",), _relation),
        Column("phone", ("telefoon",), text(60)),
    )


def read(rows: Sequence[Sequence[object]], today: date) -> PassengerList:
    """The households of a passenger list, or all its wrong cells at once; `today` tells how old people are."""
    sheet = read_rows(rows, columns(today), check=_check(today))
    together: dict[str, list[int]] = {}
    for at, record in enumerate(sheet.records):
        own = record["household"]
        together.setdefault(f"={key(own) or own}" if own else f"row {at}", []).append(at)
    parties = tuple(
        _party([sheet.records[at] for at in places], tuple(sheet.rows[at] for at in places), today)
        for places in together.values()
    )
    if too_large := next((party for party in parties if party.people > MOST_PEOPLE), None):
        raise Refused(
            _("Household {name} has {people} rows and at most {most} travel as one: give them several numbers.").format(
                name=too_large.name, people=too_large.people, most=MOST_PEOPLE
            )
        )
    return PassengerList(parties, sheet.unknown)


def _check(today: date) -> Callable[[dict[str, Any]], Iterable[str]]:
    def check(record: dict[str, Any]) -> Iterable[str]:
        if not (record["family_name"] or record["given_name"] or record["native_name"]):
            yield _("there is no name in it")
        born = record["birth_date"].year if record["birth_date"] else None
        years = [year for year in (record["birth_year"], born) if year is not None]
        if record["age"] is not None:
            years.append(today.year - record["age"])
        if years and max(years) - min(years) > 1:
            yield _("its age and its year or date of birth do not go together")

    return check


def _member(record: dict[str, Any], today: date) -> Member:
    name = " ".join(part for part in (record["family_name"], record["given_name"]) if part)
    born: date | None = record["birth_date"]
    year: int | None = born.year if born else record["birth_year"]
    age: int | None = record["age"]
    minor = age < 18 if age is not None else None
    if born:
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        minor = age < 18
    elif age is None and year is not None:
        age = today.year - year
        minor = age <= 18
    return Member(
        name=name or record["native_name"],
        native_name=record["native_name"] or "",
        birth_year=year,
        age=age,
        minor=minor,
        sex=record["sex"],
        relation=record["relation"],
        nationality=record["nationality"],
        language=record["language"],
        needs=record["needs"] or (),
    )


def _party(records: list[dict[str, Any]], rows: tuple[int, ...], today: date) -> Party:
    """One household: named after its contact, else its first adult, else its first row."""
    members = tuple(_member(record, today) for record in records)
    contact = next((m for m in members if m.relation == "self"), None)
    contact = contact or next((m for m in members if m.minor is False), members[0])
    others = (contact, *members)
    known = all(member.minor is not None for member in members)
    children = sum(member.minor is True for member in members) if known else None
    adults = len(members) - children if children is not None else None
    ages = tuple(member.age for member in members if member.age is not None)
    own_sex = members[0].sex if len(members) == 1 else None
    group = infer_group(len(members), adults, children, (), own_sex)
    return Party(
        name=contact.name,
        people=len(members),
        adults=adults,
        children=children,
        ages=ages,
        cots=sum("cot" in member.needs for member in members),
        sex=own_sex,
        group="unaccompanied_minor" if minor_without_parent(members) else group,
        nationality=next((m.nationality for m in others if m.nationality), None),
        language=next((m.language for m in others if m.language), None),
        needs=tuple(dict.fromkeys(need for member in members for need in member.needs)),
        phone=next((record["phone"] for record in records if not is_empty(record["phone"])), ""),
        members=members,
        rows=rows,
    )


def minor_without_parent(members: Sequence[Member]) -> bool:
    """Whether a child is there without a parent or guardian, also one with an aunt or a grown brother (RooO art. 2).

    A relation is to the household's contact. Where it is not given and an adult is there, nothing shows it.
    """
    return any(_stands_alone(member, members) for member in members if member.minor)


def _stands_alone(child: Member, members: Sequence[Member]) -> bool:
    adults = [member for member in members if member is not child and not member.minor]
    relations = {adult.relation for adult in adults}
    if not adults:
        return True
    if child.relation in ("other_relative", "acquaintance"):
        return "guardian" not in relations
    if child.relation == "sibling":  # the contact's own parent is the child's
        return not relations & {"parent", "guardian"}
    if child.relation == "grandchild":  # the contact's grown child may be the parent
        return not relations & {"child", "guardian"}
    if child.relation == "self":  # all the others said what they are, and none of them is a parent
        return None not in relations and not relations & {"parent", "guardian"}
    return False
