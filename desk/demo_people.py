"""Invented people for the demo and for benchmarks: who travels together, how old, what they need, how they are written.

The shares are those of facts 5.1 and 13: 37 % under 18, adults 80 % women, about 5 % of another nationality, mostly
men alone of 18 to 35, households of 1 to 6 with a mean of 2.5, 1 in 100 with a pet. Names combine ordinary given and
family names by chance and belong to nobody. Chance is a parameter, as time is: one seed gives the same people.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from desk.household_line import infer_group

AGE_BANDS = ((0, 3), (4, 11), (12, 17), (18, 64), (65, 120))
"""First and last age of each band (facts 11): cots, school, nearly grown, grown, old."""

_FAMILY_NAMES = tuple(
    "Петренко Шевченко Коваленко Бондаренко Ткаченко Марченко Лисенко Мельник Коваль Бойко Кравець Панченко Зінченко "
    "Гриценко Мороз Руденко Савченко Білик Іваненко Сидоренко Бондар Савчук Лис Кравчук Поліщук Шевчук Гончар "
    "Гончаренко Левченко Литвин Олійник Ткачук Клименко Павленко Захарченко Яценко Щербак Хоменко Гнатюк Юрченко "
    "Федоренко Демченко Остапенко Харченко Кузьменко Назаренко Дяченко Пономаренко Вовк Кучер Стеценко Романюк "
    "Мартинюк Приходько Мазур Заєць Цимбал Жук Соловей Біленко Головко Тарасенко Єременко Ярмоленко Чайка Їжак "
    "Левицький Садовський Яблонський Зарічний Вишневий Лозинський Згурський Щасливий Чорний Білецький".split()
)
_GIVEN = {
    "f": tuple(
        "Олена Ірина Наталія Оксана Юлія Тетяна Світлана Катерина Анна Марія Людмила Надія Віра Дарина Софія Злата "
        "Соломія Поліна Валентина Галина Ганна Христина Вікторія Яна Аліна Євгенія".split()
    ),
    "m": tuple(
        "Олександр Сергій Андрій Іван Микола Василь Юрій Ігор Дмитро Максим Артем Богдан Тарас Назар Матвій Данило "
        "Євген Ярослав Владислав Роман Степан Григорій".split()
    ),
}
# Students and workers who lived in Ukraine: their names as their passports write them.
_ELSEWHERE = {
    "NGA": ("Okafor Adeyemi Eze Balogun Nwosu", "Chidi Emeka Tunde Ifeanyi", "Ngozi Amaka"),
    "SYR": ("Haddad Khalil Darwish Saleh", "Omar Karim Yusuf", "Rima Layla"),
    "MAR": ("Amrani Bennis Idrissi", "Anas Younes Hamza", "Salma Imane"),
    "GHA": ("Mensah Owusu Boateng", "Kofi Kwame Yaw", "Ama Efua"),
    "IND": ("Sharma Nair Reddy", "Arjun Rahul Vivek", "Anjali Divya"),
    "TUN": ("Trabelsi Gharbi Jaziri", "Aymen Sami", "Ines Mariem"),
}
_SPOKEN_ELSEWHERE = {"NGA": "en", "SYR": "ar", "MAR": "ar", "GHA": "en", "IND": "en", "TUN": "ar"}

_SIZES = ((1, 30), (2, 27), (3, 20), (4, 12), (5, 7), (6, 4))
# Of each size: how many of them are children, in percent; together 37 % of all people.
_CHILDREN = {
    2: ((0, 35), (1, 65)),
    3: ((0, 15), (1, 55), (2, 30)),
    4: ((0, 5), (1, 25), (2, 55), (3, 15)),
    5: ((2, 45), (3, 50), (4, 5)),
    6: ((2, 15), (3, 50), (4, 35)),
}
_FOREIGN_MAN_ALONE = 0.32
_MAN_ALONE = 0.18
_FOREIGN_FAMILY = 0.012
_MAN_FIRST = 0.05
_MAN_BESIDE = 0.25
_WITH_PET = 0.025

# Cabinet of Ministers resolution 55 of 27-01-2010: how a Ukrainian passport writes a name in Latin letters.
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
    "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia",
    "ь": "", "'": "", "’": "",
}  # fmt: skip
_LATIN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; `native_name` is in their own letters, empty where the passport's are all we have."""

    family_name: str
    given_name: str
    native_name: str
    age: int
    sex: str
    relation: str
    nationality: str
    language: str
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As a list of passengers has it: family name first."""
        return f"{self.family_name} {self.given_name}"


@dataclass(frozen=True, slots=True)
class Travellers:
    """Invented people who travel together; the first is their contact."""

    members: tuple[Person, ...]
    group: str | None
    pets: int = 0

    @property
    def name(self) -> str:
        """What is written down at the table: the contact's family name."""
        return self.members[0].family_name

    @property
    def native_name(self) -> str:
        """The contact's name in their own letters."""
        return self.members[0].native_name

    @property
    def people(self) -> int:
        """How many they are."""
        return len(self.members)

    @property
    def ages(self) -> tuple[int, ...]:
        """Their ages, in the order of the members."""
        return tuple(person.age for person in self.members)

    @property
    def adults(self) -> int:
        """How many are 18 or older."""
        return sum(age >= 18 for age in self.ages)

    @property
    def sex(self) -> str | None:
        """Of somebody alone; of several it says nothing."""
        return self.members[0].sex if self.people == 1 else None

    @property
    def needs(self) -> tuple[str, ...]:
        """All their needs; a cot is named once for each baby."""
        return tuple(need for person in self.members for need in person.needs)


def band(age: int) -> str:
    """The band an age falls in, as `4-11` or `65+`."""
    first, last = next(ends for ends in AGE_BANDS if ends[0] <= age <= ends[1])
    return f"{first}+" if last == AGE_BANDS[-1][1] else f"{first}-{last}"


def latin(name: str) -> str:
    """A Ukrainian name as the passport writes it: Юрій is Yurii, Згурський is Zghurskyi."""
    text = re.sub("зг", "zgh", re.sub("Зг", "Zgh", name))
    letters = []
    for at, char in enumerate(text):
        small = char.lower()
        first = at == 0 or text[at - 1] in " -"
        written = (_LATIN_FIRST if first else {}).get(small, _LATIN.get(small, small))
        letters.append(written if char == small else written.capitalize())
    return "".join(letters)


def household(rng: Random, taken: Collection[str] = ()) -> Travellers:
    """The next household off a bus; its family name is none of those `taken`, as far as there are others."""
    size = _chosen(rng, _SIZES)
    if size > 1:
        children = _chosen(rng, _CHILDREN[size])
        foreign = rng.random() < _FOREIGN_FAMILY
        return family(rng, size - children, children, nationality=elsewhere(rng) if foreign else "UKR", taken=taken)
    if rng.random() < _FOREIGN_MAN_ALONE:
        return alone(rng, "m", nationality=elsewhere(rng), taken=taken)
    return alone(rng, "m" if rng.random() < _MAN_ALONE else "f", taken=taken)


def alone(
    rng: Random, sex: str, *, age: int | None = None, nationality: str = "UKR", taken: Collection[str] = ()
) -> Travellers:
    """Somebody who travels alone; with an `age` under 18 a minor without a parent."""
    if age is None:
        age = rng.randint(18, 35) if nationality != "UKR" else _adult_age(rng)
    person = _person(rng, _family_name(rng, nationality, taken), sex, age, "self", nationality)
    return Travellers((person,), infer_group(1, ages=(age,), sex=sex) if age < 18 else _ALONE[sex], _pets(rng))


def family(
    rng: Random,
    adults: int,
    children: int,
    *,
    nationality: str = "UKR",
    baby: bool | None = None,
    taken: Collection[str] = (),
) -> Travellers:
    """People of one family name, mostly a mother with children; `baby` says whether the youngest sleeps in a cot."""
    name = _family_name(rng, nationality, taken)
    young = sorted((rng.randint(2 if baby is not None else 0, 17) for _ in range(children)), reverse=True)
    if baby:
        young[-1] = rng.randint(0, 1)
    return _together(rng, name, adults, young, nationality)


_ALONE = {"f": "single_woman", "m": "single_man"}


def _together(rng: Random, name: str, adults: int, young: Sequence[int], nationality: str) -> Travellers:
    oldest = young[0] if young else 0
    first = _person(
        rng,
        name,
        "m" if rng.random() < _MAN_FIRST else "f",
        rng.randint(max(20, oldest + 18), max(24, oldest + 18) + 16) if young else _adult_age(rng),
        "self",
        nationality,
    )
    members = [first]
    for _ in range(1, adults):
        members.append(_beside(rng, first, nationality))
    for age in young:
        members.append(_person(rng, name, rng.choice("fm"), age, "child", nationality))
    group = infer_group(len(members), adults, len(young))
    return Travellers(tuple(members), group, _pets(rng))


def _beside(rng: Random, first: Person, nationality: str) -> Person:
    """Another grown-up: a partner, or a mother or grown child of the first."""
    sex = "m" if rng.random() < _MAN_BESIDE else "f"
    if sex != first.sex and rng.random() < 0.8:
        return _person(rng, first.family_name, sex, max(18, first.age + rng.randint(-4, 8)), "partner", nationality)
    if first.age >= 42 or rng.random() < 0.3:
        return _person(rng, first.family_name, sex, max(18, first.age - rng.randint(20, 30)), "child", nationality)
    return _person(rng, first.family_name, sex, min(92, first.age + rng.randint(20, 32)), "parent", nationality)


def _person(rng: Random, name: str, sex: str, age: int, relation: str, nationality: str) -> Person:
    if nationality == "UKR":
        given = rng.choice(_GIVEN[sex])
        own = f"{_of_her(name) if sex == 'f' else name} {given}"
        latin_family, latin_given = latin(own).split()
        language = rng.choices(("uk", "ru"), (7, 3))[0]
        return Person(latin_family, latin_given, own, age, sex, relation, "UKR", language, _needs(rng, age, sex))
    given = rng.choice(_ELSEWHERE[nationality][1 if sex == "m" else 2].split())
    language = _SPOKEN_ELSEWHERE[nationality]
    return Person(name, given, "", age, sex, relation, nationality, language, _needs(rng, age, sex))


def _of_her(name: str) -> str:
    """A family name that is an adjective has a form for women: Левицький, Левицька."""
    return re.sub("[иі]й$", "а", name)


def _needs(rng: Random, age: int, sex: str) -> tuple[str, ...]:
    """What they need, now and then; one draw a need, so that a change of one share moves no other person."""
    chances = {
        "cot": 1.0 if age < 2 else 0.0,
        "wheelchair": 0.03 if age >= 65 else 0.002,
        "no_stairs": 0.15 if age >= 65 else 0.004,
        "pregnant": 0.025 if sex == "f" and 18 <= age <= 42 else 0.0,
        "medication_cooled": 0.012,
        "diet_allergy": 0.02,
        "interpreter": 0.02 if age >= 18 else 0.0,
    }
    return tuple(need for need, chance in chances.items() if rng.random() < chance)


def _family_name(rng: Random, nationality: str, taken: Collection[str]) -> str:
    if nationality != "UKR":
        names: Sequence[str] = _ELSEWHERE[nationality][0].split()
    else:
        names = _FAMILY_NAMES
    others = [name for name in names if not {name, latin(name), latin(_of_her(name))} & set(taken)] if taken else names
    return rng.choice(others or names)


def elsewhere(rng: Random) -> str:
    """A nationality other than Ukrainian."""
    return rng.choice(tuple(_ELSEWHERE))


def _adult_age(rng: Random) -> int:
    first, last = rng.choices(((18, 24), (25, 45), (46, 64), (65, 88)), (16, 44, 25, 15))[0]
    return rng.randint(first, last)


def _pets(rng: Random) -> int:
    return rng.choice((1, 1, 2)) if rng.random() < _WITH_PET else 0


def _chosen(rng: Random, weighted: Sequence[tuple[int, int]]) -> int:
    return rng.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
