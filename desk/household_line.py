"""The line typed at the registration table: `Petrenko 5 2a 3c 16 m cot` read into a household, and read back.

The name, the number of people, then in any order: adults (`2a`, `2v`), children (`3c`, `3k`), ages (`16`, `16j`),
`m` `f` `x` `v`, needs, cots (`2cot`), pets (`dog`, `2 cats`), a group, a nationality (`UKR`), a language (`lang:ru`).
"""

import re
from dataclasses import dataclass, field

from desk import words
from desk.language import _, ngettext
from desk.names import clean
from desk.refusals import Refused
from desk.words import GROUPS, LANGUAGES_SPOKEN, NATIONALITIES, NEEDS

__all__ = ["GROUPS", "LANGUAGES_SPOKEN", "NATIONALITIES", "NEEDS", "HouseholdLine", "infer_group", "parse"]

EXAMPLE = "Petrenko 5 2a 3c cot"
MOST_PEOPLE, OLDEST, NAME_LIMIT, LINE_LIMIT = 99, 110, 100, 300

_UNITS = {
    **dict.fromkeys(("a", "adult", "adults", "v", "volw", "volwassene", "volwassenen"), "adults"),
    **dict.fromkeys(("c", "ch", "child", "children", "k", "kind", "kinderen"), "children"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "j", "jr", "jaar"), "age"),
}
# After a loose number these words make it a count of them (`2 cats`); any other word leaves the number an age.
_PLURALS = {
    "adults", "volwassenen", "children", "kinderen", "years", "jaar", "cots", "babybedden", "dogs", "honden", "cats",
    "katten", "poezen", "birds", "vogels", "rabbits", "konijnen", "pets", "huisdieren",
}  # fmt: skip
_PEOPLE = frozenset(("people", "persons", "person", "personen", "persoon", "pers", "p"))
_COUNTED = re.compile(r"(\d+)([^\W\d_]+)")
_TAGGED = re.compile(r"(nat|nationality|nationaliteit|lang|language|taal):(.*)", re.IGNORECASE)
_EXTRAS = {
    **{word: ("group", code) for word, code in words.GROUP_WORDS.items()},
    **{word: ("pet", code) for word, code in words.PET_WORDS.items()},
    **{word: ("need", code) for word, code in words.NEED_WORDS.items()},
}


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household as it was typed; `doubts` are questions to ask before it is saved, `understood` reads it back."""

    name: str
    people: int
    adults: int | None = None
    children: int | None = None
    ages: tuple[int, ...] = ()
    sex: str | None = None
    needs: tuple[str, ...] = ()
    cots: int = 0
    pets: int = 0
    pet_kind: str = ""
    group: str | None = None
    nationality: str | None = None
    language: str | None = None
    doubts: tuple[str, ...] = ()
    understood: str = ""


def infer_group(
    people: int,
    adults: int | None = None,
    children: int | None = None,
    ages: tuple[int, ...] = (),
    sex: str | None = None,
) -> str | None:
    """The group a household belongs to by its numbers alone; None where they do not tell."""
    if (len(ages) >= people and all(age < 18 for age in ages)) or (adults == 0 and children):
        return "unaccompanied_minor"
    if len(ages) == people and adults is None and children is None:
        adults, children = sum(age >= 18 for age in ages), sum(age < 18 for age in ages)
    if people == 1:
        return {"f": "single_woman", "m": "single_man"}.get(sex or "")
    if children and adults == 1:
        return "single_parent"
    if children and adults and adults >= 2:
        return "family"
    return "adults" if adults == people else None


def parse(line: str) -> HouseholdLine:
    """Read a line; refused where a word cannot be understood, doubted where its numbers do not add up."""
    text = re.sub(r"[,;]+(?=\s*\d|\s*$)", " ", clean(line, limit=LINE_LIMIT))
    name, people, rest = _name_and_total(text)
    reading = _Reading(people)
    tokens = [token.strip(",;") for token in rest if token.strip(",;")]
    while tokens:
        del tokens[: reading.take(tokens)]
    return reading.finish(name)


def _name_and_total(text: str) -> tuple[str, int, list[str]]:
    """The name, the number of people after it, and the words that follow."""
    quoted = re.match(r'\s*["“”]([^"“”]*)["“”]\s*(.*)', text)
    name, rest = (quoted[1].strip(), quoted[2].split()) if quoted else ("", text.split())
    at = next((at for at, word in enumerate(rest) if any(char.isdigit() for char in word)), len(rest))
    if quoted and at:
        raise Refused(
            _("After the name in quotes comes the number of people, as in {example}.").format(example=EXAMPLE)
        )
    name = name or " ".join(rest[:at]).rstrip(",; ")
    if not name and (at == len(rest) or rest[at].isdecimal() or _COUNTED.fullmatch(rest[at])):
        raise Refused(_("Start with a name, then the number of people, as in {example}.").format(example=EXAMPLE))
    total = rest[at] if at < len(rest) else ""
    if not total or _COUNTED.fullmatch(total):
        raise Refused(
            _("Say how many people after the name {name}, as in {example}.").format(name=name, example=EXAMPLE)
        )
    if not total.isdecimal():
        raise Refused(
            _("{word} is not a number of people: write it as in {example}, a name with digits between quotes.").format(
                word=total, example=EXAMPLE
            )
        )
    people = int(total)
    if not 1 <= people <= MOST_PEOPLE:
        raise Refused(
            _("{people} people cannot be one household: give 1 to {most}, a larger group as several.").format(
                people=people, most=MOST_PEOPLE
            )
        )
    after = rest[at + 1 :]
    return clean(name, limit=NAME_LIMIT), people, after[1:] if after and words.key(after[0]) in _PEOPLE else after


@dataclass
class _Reading:
    """What was understood of a line so far."""

    people: int
    counts: dict[str, int] = field(default_factory=dict)
    ages: list[int] = field(default_factory=list)
    sexes: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    cots: int = 0
    pets: list[tuple[str, int]] = field(default_factory=list)
    once: dict[str, str] = field(default_factory=dict)  # group, nationality, language

    def take(self, tokens: list[str]) -> int:
        """Understand what stands first; returns how many words that was."""
        token = tokens[0]
        if token.isdecimal():
            if len(tokens) > 1 and words.key(tokens[1]) in _PLURALS:
                self._counted(int(token), tokens[1], f"{token} {tokens[1]}")
                return 2
            self._age(int(token))
            return 1
        if counted := _COUNTED.fullmatch(token):
            self._counted(int(counted[1]), counted[2], token)
            return 1
        if tagged := _TAGGED.fullmatch(token):
            self._tagged(tagged[1].lower(), tagged[2])
            return 1
        if len(token) == 3 and token.isupper() and token in words.COUNTRIES:
            self._only("nationality", token)
            return 1
        for width in (4, 3, 2):  # "ground floor", "hulp bij ontruiming"
            if len(tokens) >= width and (known := _EXTRAS.get(words.key(" ".join(tokens[:width])))):
                self._extra(*known, 1)
                return width
        if sex := words.SEX_WORDS.get(words.key(token)):
            self.sexes.append(sex)
        else:
            self._extra(*_look_up(token, token), 1, plural=words.key(token) in _PLURALS)
        return 1

    def _counted(self, count: int, word: str, said: str) -> None:
        unit = _UNITS.get(words.key(word))
        if unit == "age":
            self._age(count)
        elif unit:
            if unit in self.counts:
                raise Refused(_("{said} was given before: give it once.").format(said=said))
            self.counts[unit] = count
        else:
            self._extra(*_look_up(word, said), count, said=said)

    def _age(self, age: int) -> None:
        if age > OLDEST:
            raise Refused(
                _("{age} is not an age: ages after the number of people go from 0 to {oldest}.").format(
                    age=age, oldest=OLDEST
                )
            )
        self.ages.append(age)

    def _tagged(self, tag: str, value: str) -> None:
        if tag.startswith("nat"):
            code = words.nationality(value)
            if code is None:
                raise Refused(
                    _("{word} is not a nationality: give its three letters, as in nat:SYR, or XXX for unknown.").format(
                        word=value or tag
                    )
                )
            self._only("nationality", code)
        else:
            code = words.spoken(value)
            if code is None:
                raise Refused(
                    _("{word} is not a language the desk knows: give one of {codes}, as in lang:ru.").format(
                        word=value or tag, codes=", ".join(LANGUAGES_SPOKEN)
                    )
                )
            self._only("language", code)

    def _only(self, what: str, code: str) -> None:
        before = self.once.setdefault(what, code)
        if before != code:
            raise Refused(_("{first} and {second} cannot both hold: keep one.").format(first=before, second=code))

    def _extra(self, what: str, code: str, count: int, *, plural: bool = False, said: str = "") -> None:
        """A need, a pet or a group; only cots and pets can be counted."""
        if what == "group":
            if said:
                raise _unknown(said)
            self._only("group", code)
        elif what == "pet":
            if plural or not count:
                raise Refused(_("Say how many pets, as in 2 cats."))
            self.pets.append((code, count))
        else:
            if said and (code != "cot" or not count):
                raise _unknown(said)
            if plural:
                raise Refused(_("Say how many cots, as in 2cot."))
            self.cots += count if code == "cot" else 0
            if code not in self.needs:
                self.needs.append(code)

    def finish(self, name: str) -> HouseholdLine:
        """The household with its doubts, read back."""
        adults, children = self.counts.get("adults"), self.counts.get("children")
        ages = tuple(self.ages)
        doubts = _doubts(self.people, adults, children, ages, self.cots)
        if adults is None and children is None and len(ages) == self.people:
            children = sum(age < 18 for age in ages)
        if adults is None and children is not None and children <= self.people:
            adults = self.people - children
        elif children is None and adults is not None and adults <= self.people:
            children = self.people - adults
        if self.people == 1 and len(set(self.sexes)) > 1:
            doubts.append(_("A man and a woman make more than 1 person: is 1 right?"))
        sex = self.sexes[0] if len(set(self.sexes)) == 1 else None
        group, nationality, language = (self.once.get(what) for what in ("group", "nationality", "language"))
        parts = [
            _counted_label(adults, children),
            _("aged {ages}").format(ages=", ".join(map(str, ages))) if ages else "",
            *self._who(group or infer_group(self.people, adults, children, ages, sex), group is not None),
            words.labels(NEEDS, (need for need in NEEDS if need in self.needs and need != "cot")),
            ngettext("{count} cot", "{count} cots", self.cots).format(count=self.cots) if self.cots else "",
            ", ".join(
                words.label(words.PET_KINDS, kind) + (f" ({count})" if count > 1 else "") for kind, count in self.pets
            ),
            words.label(NATIONALITIES, nationality or ""),
            _("speaks {language}").format(language=words.label(LANGUAGES_SPOKEN, language)) if language else "",
        ]
        head = ngettext("{name}, {count} person", "{name}, {count} people", self.people).format(
            name=name, count=self.people
        )
        told = ", ".join(part for part in parts if part)
        return HouseholdLine(
            name=name,
            people=self.people,
            adults=adults,
            children=children,
            ages=ages,
            sex=sex,
            needs=tuple(need for need in NEEDS if need in self.needs),
            cots=self.cots,
            pets=sum(count for _kind, count in self.pets),
            pet_kind=", ".join(dict.fromkeys(kind for kind, _count in self.pets)),
            group=group,
            nationality=nationality,
            language=language,
            doubts=tuple(doubts),
            understood=f"{head}: {told}" if told else head,
        )

    def _who(self, group: str | None, said: bool) -> list[str]:
        """The sex and the group in words, leaving out what the numbers already say."""
        if group in ("single_man", "single_woman"):
            return [words.label(GROUPS, group)]
        told = [words.label(GROUPS, group)] if group and (said or group == "unaccompanied_minor") else []
        sexes = list(dict.fromkeys(self.sexes))
        if self.people > 1 and not self.ages and sexes in (["m"], ["f"]):
            return [_("all men") if sexes == ["m"] else _("all women"), *told]
        return [*(words.label(words.SEXES, sex) for sex in sexes), *told]


def _counted_label(adults: int | None, children: int | None) -> str:
    told = []
    if adults:
        told.append(ngettext("{count} adult", "{count} adults", adults).format(count=adults))
    if children:
        told.append(ngettext("{count} child", "{count} children", children).format(count=children))
    return ", ".join(told)


def _doubts(people: int, adults: int | None, children: int | None, ages: tuple[int, ...], cots: int) -> list[str]:
    """Questions about numbers that do not add up, each naming what was said."""
    doubts = []
    told = _counted_label(adults, children)
    counted = (adults or 0) + (children or 0)
    if counted > people or (adults is not None and children is not None and counted < people):
        doubts.append(
            _("{told} make {sum}, not {people}: is {people} right?").format(told=told, sum=counted, people=people)
        )
    minors, grown = sum(age < 18 for age in ages), sum(age >= 18 for age in ages)
    if len(ages) > people:
        doubts.append(_("{count} ages for {people}: is {people} right?").format(count=len(ages), people=people))
    elif adults is not None or children is not None:
        most_minors = children if children is not None else max(people - (adults or 0), 0)
        most_grown = adults if adults is not None else max(people - (children or 0), 0)
        if minors > most_minors or grown > most_grown:
            doubts.append(_("The ages do not go with {told}: is that right?").format(told=told or people))
    if cots > people:
        doubts.append(_("{cots} cots for {people}: is that right?").format(cots=cots, people=people))
    return doubts


def _look_up(word: str, said: str) -> tuple[str, str]:
    """What a word for a need, a pet or a group means, from three letters on."""
    found = {_EXTRAS[known] for known in _candidates(words.key(word))}
    if len(found) > 1:
        raise Refused(
            _("{word} may mean {choices}: write more of it.").format(
                word=said, choices=", ".join(sorted(code for _what, code in found))
            )
        )
    if not found:
        raise _unknown(said)
    return found.pop()


def _candidates(wanted: str) -> list[str]:
    if wanted in _EXTRAS:
        return [wanted]
    return [known for known in _EXTRAS if len(wanted) >= 3 and known.startswith(wanted)]


def _unknown(word: str) -> Refused:
    from difflib import get_close_matches

    if near := get_close_matches(words.key(word), [known for known in _EXTRAS if len(known) > 3], n=1, cutoff=0.75):
        return Refused(_("{word} is not understood: did you mean {near}?").format(word=word, near=near[0]))
    return Refused(
        _(
            "{word} is not understood: after the number of people come adults 2a, children 3c, ages 16, m f x, dog, "
            "2 cats, uam, family, UKR, lang:ru, or a need ({needs})."
        ).format(word=word, needs=", ".join(NEEDS))
    )
