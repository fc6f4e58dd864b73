"""Names from outside: safe to show, and found again in any script."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.names import clean, fold, look_alike, matches
from desk.refusals import Refused

ANY_TEXT = st.text(st.characters(), max_size=150)
OUTSIDE = st.text(
    st.sampled_from("aé [red]/\x1b[31m\x9b\x07\u202e\u200e\u200d\u200b\u2066👩👧\ud800\n\t'"), max_size=60
)


def test_markup_emoji_and_apostrophes_stay_as_typed() -> None:
    for text in ("[red]Anna[/]", "[/]", "👩‍👧 Lys", "O'Neill", "Мар'яна", "Bo ❤️", "x = [b]"):
        assert clean(text) == text


def test_what_steers_a_terminal_is_gone_and_the_name_stays() -> None:
    assert clean("\x1b[31mPetrenko\x1b[0m") == "Petrenko"
    assert clean("\x1b]0;title\x07Petrenko") == "Petrenko"
    assert clean("\x9b2JPetrenko\x00\x07\x7f") == "Petrenko"
    assert clean("\x1b]0;never closed Petrenko") == "0;never closed Petrenko"[0:] or "Petrenko" in clean(
        "\x1b]x Petrenko"
    )


def test_marks_that_turn_or_hide_text_are_gone() -> None:
    assert clean("\u202egro.live\u202c \u2066x\u2069 \u200eA\u200f\u200bb\ufeff\u00ad") == "gro.live x Ab"
    assert clean("A\u200dB \u3164 C") == "AB C"


def test_white_space_is_folded_and_lines_stay_only_where_wanted() -> None:
    assert clean("  Petrenko \t\n Olena\u00a0 ") == "Petrenko Olena"
    assert clean("one \r\n two\n", lines=True) == "one\ntwo"


def test_one_letter_is_one_letter_however_it_was_typed() -> None:
    assert clean("e\u0301") == "é"


def test_a_text_that_is_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(Refused, match=r"The text is 10,000 characters; at most 200 fit"):
        clean("a" * 10_000)
    assert len(clean("a" * 10_000, limit=10_000)) == 10_000


@given(ANY_TEXT | OUTSIDE, st.booleans())
def test_clean_text_is_safe_and_cleaning_it_again_changes_nothing(text: str, lines: bool) -> None:
    kept = clean(text, limit=1000, lines=lines)
    assert clean(kept, limit=1000, lines=lines) == kept
    kept.encode("utf-8")
    assert unicodedata.is_normalized("NFC", kept)
    for char in kept:
        assert char == "\u200d" or (lines and char == "\n") or unicodedata.category(char) not in ("Cc", "Cf", "Cs")


@pytest.mark.parametrize(
    "spellings",
    [
        "Шевченко shevchenko SHEVCHENKO Szewczenko Ševčenko Schewtschenko",
        "Сергій Serhii Sergei Sergey Сергей Serhiy",
        "Юлія Yuliia Iuliia Julia Юлия",
        "Євген Yevhen Ievgen Евген",
        "Соловьёв Solovyov Soloviov Solovev",
        "Щербак Shcherbak Scherbak",
        "Зеленський Zelenskyy Zelenskyi Zelensky",
        "Олексій Oleksii Oleksiy",
        "Мар'яна Mariana Mar’iana",
        "Наталья Nataliia Наталія Natalya",
        "Ксенія Xenia Kseniia",
        "Артём Artem Artyom",
        "Гриценко Hrytsenko Gritsenko",
        "Nguyễn Nguyen",
    ],
)
def test_one_name_in_every_spelling_has_one_key(spellings: str) -> None:
    assert len({fold(name) for name in spellings.split()}) == 1


def test_different_names_keep_different_keys() -> None:
    names = "Kovalenko Kovalchuk Koval Petrenko Pavlenko Olena Alina Bondar Bondarenko Boiko Moroz Melnyk Lys".split()
    assert len({fold(name) for name in names}) == len(names)


def test_shevchenko_is_found_while_it_is_typed() -> None:
    for typed in ("s", "sh", "she", "shevc", "shevch", "shevchenko", "Шев", "olena shev"):
        assert matches(typed, "Шевченко Олена")
    assert not matches("petr", "Шевченко Олена")
    assert not matches("chenko", "Шевченко Олена")
    assert matches("serge", "Serhii")
    assert matches("", "anyone")
    assert matches("hengelo windroos", "De Windroos", "Hengelo (O.)")


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzшчєїйьг'"), min_size=1, max_size=20), st.data())
def test_every_beginning_of_a_name_as_written_finds_it(name: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(1, len(name)))
    if name.isascii():
        assert matches(name[:length], name)
    assert matches(name, name)


@given(ANY_TEXT)
def test_the_key_is_plain_and_knows_no_capitals_or_apostrophes(text: str) -> None:
    key = fold(text)
    assert key.isascii()
    assert key == key.lower().strip()
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert fold(text.replace("'", "")) == fold(text.replace("'", "’"))


def test_look_alikes_are_asked_about_and_others_not() -> None:
    assert look_alike("Шевченко", "Shevchenko")
    assert look_alike("Petrenko Olena", "Олена Петренко")
    assert look_alike("Petrenko", "Petrenko Olena")
    assert look_alike("Petrenko", "Petrenka")
    assert look_alike("Oleksandr", "Aleksandr")
    assert not look_alike("Kovalenko", "Kovalchuk")
    assert not look_alike("Lys", "Lis Anna")
    assert not look_alike("Bo", "Po")
    assert look_alike("!!!", "!!!")
    assert not look_alike("!!!", "???")


@given(st.text(max_size=12), st.text(max_size=12))
def test_looking_alike_goes_both_ways(one: str, other: str) -> None:
    assert look_alike(one, other) == look_alike(other, one)
    assert look_alike(one, one)


def test_plain_names_are_folded_without_loading_the_tables_of_other_scripts() -> None:
    code = "import sys; from desk.names import fold; fold('shevchenko'); print('anyascii' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
