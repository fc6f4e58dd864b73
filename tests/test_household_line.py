"""The line at the registration table: one household, one line, read back before Enter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.household_line import infer_group, parse
from desk.refusals import Refused
from desk.words import NEEDS


def test_the_line_of_the_design_is_read_and_read_back() -> None:
    line = parse("Petrenko 5 2a 3c 16 m cot")
    assert (line.name, line.people, line.adults, line.children, line.ages, line.sex) == (
        "Petrenko",
        5,
        2,
        3,
        (16,),
        "m",
    )
    assert (line.needs, line.cots, line.doubts) == (("cot",), 1, ())
    assert line.understood == "Petrenko, 5 people: 2 adults, 3 children, aged 16, man, 1 cot"


def test_a_name_and_a_number_are_enough() -> None:
    line = parse("Petrenko 5")
    assert (line.people, line.adults, line.children, line.group) == (5, None, None, None)
    assert line.understood == "Petrenko, 5 people"


@pytest.mark.parametrize("name", ["van der Berg", "O'Neill-Brown", "Шевченко Олена", "d’Or", "[red]", "Bo 👩‍👧"])
def test_a_name_may_be_several_words_in_any_script(name: str) -> None:
    assert parse(f"{name} 2 m").name == name


def test_a_name_with_digits_stands_between_quotes() -> None:
    assert parse('"Bus 2 boy" 1 m').name == "Bus 2 boy"
    with pytest.raises(Refused, match="between quotes"):
        parse("R2D2 4")


def test_dutch_words_mean_the_same_as_english_ones() -> None:
    dutch, english = (
        parse("Koval 4 1v 3k rolstoel zwanger hond 2cot"),
        parse("Koval 4 3c 1a wheelchair pregnant dog 2cot"),
    )
    assert dutch == english
    assert parse("Koval 4 2 volwassenen 2 kinderen") == parse("Koval 4 2a 2c")
    assert parse("Koval 1 v").sex == "f"
    assert parse("Koval 1 16j").ages == parse("Koval 1 16 jaar").ages == (16,)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("whe", "wheelchair"), ("rol", "wheelchair"), ("ground floor", "ground_floor"), ("begane", "ground_floor"),
        ("no stairs", "no_stairs"), ("babybed", "cot"), ("hulp bij ontruiming", "evac_help"), ("tolk", "interpreter"),
        ("allergie", "diet_allergy"), ("huisarts", "medical_contact"), ("medication", "medication_cooled"),
        ("rust", "rest"), ("no-stairs", "no_stairs"), ("WHEELCHAIR", "wheelchair"),
    ],
)  # fmt: skip
def test_a_need_is_known_by_its_words_and_their_beginnings(typed: str, code: str) -> None:
    assert parse(f"Koval 2 {typed}").needs == (code,)


def test_every_code_of_a_need_is_a_word_for_it() -> None:
    assert parse("Koval 2 " + " ".join(NEEDS)).needs == tuple(NEEDS)


def test_pets_are_counted() -> None:
    line = parse("Koval 2 2 cats dog")
    assert (line.pets, line.pet_kind, line.ages) == (3, "cat, dog", ())
    assert parse("Koval 2 2cats").pets == 2
    assert parse("Koval 2 huisdier").pets == 1
    assert parse("Koval 2 16 dog").ages == (16,)


def test_groups_nationality_and_language_have_their_own_words() -> None:
    line = parse("Haddad 3 SYR lang:ar groep")
    assert (line.group, line.nationality, line.language) == ("group", "SYR", "ar")
    assert parse("Koval 1 amv").group == parse("Koval 1 uam").group == "unaccompanied_minor"
    assert parse("Koval 1 nat:syr taal:ru").nationality == "SYR"
    assert parse("Koval 2 single parent").group == "single_parent"


def test_what_is_left_of_the_total_is_filled_in() -> None:
    assert parse("Koval 5 2a").children == 3
    assert parse("Koval 5 3c").adults == 2
    line = parse("Koval 3 20 14 9")
    assert (line.adults, line.children) == (1, 2)


@pytest.mark.parametrize(
    "line", ["Koval 5 2a 4c", "Koval 5 6a", "Koval 2 1 2 3", "Koval 3 2a 1c 4 5", "Koval 2 3cot", "Lys 1 m f"]
)
def test_numbers_that_do_not_add_up_are_asked_about(line: str) -> None:
    read = parse(line)
    assert len(read.doubts) == 1
    assert read.doubts[0].endswith("?")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Start with a name"),
        ("5 2a", "Start with a name"),
        ("Petrenko", "how many people after the name"),
        ("Petrenko 2a 3c", "how many people after the name"),
        ("Petrenko 0", "give 1 to 99"),
        ("Petrenko 100", "give 1 to 99"),
        ("Petrenko 3 111", "111 is not an age"),
        ("Petrenko 3 med", "may mean medical_contact, medication_cooled"),
        ("Petrenko 3 wheelchiar", "did you mean wheelchair"),
        ("Petrenko 3 qqq", "qqq is not understood: after the number"),
        ("Petrenko 3 3m", "3m is not understood"),
        ("Petrenko 5 2a 2a", "given before"),
        ("Petrenko 3 cats", "Say how many pets"),
        ("Petrenko 3 nat:zzz", "zzz is not a nationality"),
        ("Petrenko 3 lang:zz", "zz is not a language"),
        ("Petrenko 3 UKR SYR", "cannot both hold"),
        ("a" * 10_000, "at most 300 fit"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_one_sentence(line: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        parse(line)
    assert len(refused.value.sentences) == 1
    assert "\n" not in refused.value.sentences[0]


def test_a_boy_of_16_alone_is_read_back_as_an_unaccompanied_minor() -> None:
    assert parse("Savchuk 1 16 m").understood.endswith("man, unaccompanied minor")


@pytest.mark.parametrize(
    ("numbers", "group"),
    [
        ((1, None, None, (16,), "m"), "unaccompanied_minor"),
        ((3, 0, 3, (), None), "unaccompanied_minor"),
        ((2, None, None, (15, 12), None), "unaccompanied_minor"),
        ((1, None, None, (), "f"), "single_woman"),
        ((1, 1, 0, (), "m"), "single_man"),
        ((1, 1, 0, (40,), "x"), None),
        ((3, 1, 2, (), None), "single_parent"),
        ((5, 2, 3, (), None), "family"),
        ((2, 2, 0, (), None), "adults"),
        ((3, None, None, (34, 8, 6), None), "single_parent"),
        ((3, None, None, (), None), None),
    ],
)
def test_the_numbers_tell_the_group(
    numbers: tuple[int, int | None, int | None, tuple[int, ...], str | None], group: str
) -> None:
    assert infer_group(*numbers) == group


@given(st.text(max_size=60) | st.text(st.sampled_from("Pe 5 2a3ck16mxv\"cot dog,;:٥²½'"), max_size=40))
def test_no_line_whatever_breaks_the_desk(text: str) -> None:
    try:
        line = parse(text)
    except Refused:
        return
    assert line.name
    assert 1 <= line.people <= 99
    assert "\n" not in line.understood


@given(
    st.integers(0, 9), st.integers(0, 9), st.permutations(["m", "cot", "dog", "UKR", "tolk", "17"]), st.integers(0, 6)
)
def test_the_order_after_the_number_does_not_matter(adults: int, children: int, words: list[str], kept: int) -> None:
    if not adults + children:
        adults = 1
    parts = [f"{adults}a", f"{children}c", *sorted(words)]
    mixed = [*words[:kept], f"{children}c", f"{adults}a", *words[kept:]]
    one, other = (parse(f"Koval {adults + children} {' '.join(order)}") for order in (parts, mixed))
    assert one == other
