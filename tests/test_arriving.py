"""What arrives in pieces, late, pasted or broken: no piece of it is ever taken for a key that nobody pressed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from screens.arriving import ESC_S, PASTE_S, PIECE_S, Arriving
from storage.store import Desk
from tests.stage import enter, quiet_night, seated, type_line
from tests.store import bus_coming, new_store
from tests.terminal import KEYS, Terminal

LATE_S = 0.3
"""A pause in which a piece of a sequence would be given up as letters."""


def said(messages: list[Message]) -> list[str]:
    """Keys by their names, a paste by its text."""
    return [f"paste {m.text}" if isinstance(m, events.Paste) else getattr(m, "key", "?") for m in messages]


def read(*pieces: bytes, pause: float = 0.0, unicode: bool = True) -> list[str]:
    """What pieces are read as that come with such pauses, and then nothing more."""
    arriving, now, found = Arriving(unicode=unicode), 100.0, list[Message]()
    for piece in pieces:
        found += arriving.read(piece, now)
        now += pause
        found += arriving.read(b"", now)
    return said(found + arriving.read(b"", now + max(PIECE_S, PASTE_S)))


def straight(raw: bytes) -> list[str]:
    """The same as Textual's own parser reads it, all at once."""
    parser = XTermParser()
    return said([*parser.feed(raw.decode()), *parser.feed("")])


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_what_the_library_takes_it_for(name: str) -> None:
    assert read(KEYS[name]) == straight(KEYS[name])


WHOLE = [name for name in KEYS if name != "esc"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*WHOLE, "a", "Ш", "5"]), max_size=12), st.data())
def test_keys_cut_anywhere_without_a_pause_are_the_same_keys(names: list[str], data: st.DataObject) -> None:
    raw = b"".join(KEYS.get(name, name.encode()) for name in names)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert read(*pieces) == read(raw)


@pytest.mark.parametrize("name", ["up", "down", "home", "end", "pgup", "f1", "f5", "delete", "shift+tab"])
def test_a_key_that_comes_in_two_pieces_with_a_long_pause_is_still_that_key(name: str) -> None:
    raw = KEYS[name]
    for cut in range(2, len(raw)):
        assert read(raw[:cut], raw[cut:], pause=LATE_S) == read(raw)


def test_the_control_the_librarys_own_parser_takes_the_pieces_for_letters() -> None:
    parser = XTermParser()
    found = [*parser.feed("\x1b[")]
    parser._timeout_time = 0.0  # its own clock has run out
    found += [*parser.tick(), *parser.feed("B")]
    assert "B" in said(found)


def test_esc_alone_is_esc_and_one_behind_which_the_rest_came_late_is_esc_and_two_keys_that_do_nothing() -> None:
    assert read(b"\x1b") == ["escape"]
    assert read(b"\x1b", b"[B", pause=ESC_S + 0.01) == ["escape", "left_square_bracket", "B"]
    assert read(b"\x1b\x1b") == ["escape", "escape"]
    assert read(b"\x1b1x") == ["escape", "1", "x"]  # in one piece, as a slow line delivers it


def test_a_piece_whose_rest_never_comes_is_dropped() -> None:
    assert read(b"\x1b[1;", pause=PIECE_S) == []
    assert read(b"\x1b[1;", b"a", pause=PIECE_S) == ["a"]


@pytest.mark.parametrize(
    "answer",
    [b"\x1b[?1;2c", b"\x1b[?2026;2$y", b"\x1b]11;rgb:0000/0000/0000\x07", b"\x1bP>|tmux 3.3a\x1b\\", b"\x1b[12;40R"],
)
def test_an_answer_to_a_question_of_somebody_else_is_no_key(answer: bytes) -> None:
    assert read(b"a" + answer + b"b") == ["a", "b"]
    for cut in range(2, len(answer)):
        assert read(b"a" + answer[:cut], answer[cut:] + b"b", pause=LATE_S) == ["a", "b"]


# --- letters ----------------------------------------------------------------------------------


def test_half_a_letter_waits_for_its_other_half() -> None:
    raw = "Ж".encode()
    assert read(raw[:1], raw[1:], pause=LATE_S) == ["Ж"]
    assert read(raw[:1], b"a", pause=LATE_S) == ["a"]


@pytest.mark.parametrize(
    "wrong", [b"\xff", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x9b"]
)
def test_bytes_that_are_no_utf_8_are_no_keys(wrong: bytes) -> None:
    assert read(b"a" + wrong + b"b") == ["a", "b"]


def test_the_control_the_librarys_own_decoder_would_end_the_desk() -> None:
    from codecs import getincrementaldecoder

    with pytest.raises(UnicodeDecodeError):
        getincrementaldecoder("utf-8")().decode(b"\xff")


def test_where_the_locale_is_not_utf_8_an_old_terminals_letters_are_read() -> None:
    assert read("Zoë".encode("latin-1") + b" ", unicode=False) == ["Z", "o", "ë", "space"]
    assert read("Zoë".encode(), unicode=False) == ["Z", "o", "ë"]
    assert read(b"\x9b", unicode=False) == []


# --- pastes -----------------------------------------------------------------------------------


def test_a_paste_is_one_paste_wherever_it_is_cut() -> None:
    raw = b"a\x1b[200~Petrenko 5\nKoval 2\x1b[201~b"
    whole = ["a", "paste Petrenko 5\nKoval 2", "b"]
    assert read(raw) == whole
    for cut in range(3, len(raw)):
        assert read(raw[:cut], raw[cut:], pause=LATE_S) == whole


def test_the_end_of_a_paste_that_never_comes_does_not_swallow_what_is_typed_later() -> None:
    arriving = Arriving()
    assert arriving.read(b"\x1b[200~Petrenko 5", 100.0) == []
    assert said(arriving.read(b"", 100.0 + PASTE_S)) == ["paste Petrenko 5"]
    assert said(arriving.read(b"x", 101.0 + PASTE_S)) == ["x"]


def test_what_steers_a_terminal_is_taken_out_of_a_paste() -> None:
    assert read(b"\x1b[200~Pet\x00ren\x1b[31mko\t5\x7f\x1b[201~") == ["paste Petren[31mko 5"]


# --- at the desk ------------------------------------------------------------------------------


def at_the_door(t: Terminal) -> None:
    t.press("w")
    t.wait_for("At the door")
    t.settle()


def names(path: Path) -> list[str]:
    with Desk(path, "Piet") as desk:
        return [h.name for h in desk.night().households]


def test_noise_on_the_line_while_a_family_is_typed_changes_no_letter(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        at_the_door(t)
        t.send(b"Pet\xffren\xc0\xafko")
        t.wait_for("Petrenko")
        half = "ї".encode()
        t.send(b" " + half[:1])
        t.read_for(LATE_S)
        t.send(half[1:])
        t.wait_for("Petrenko ї")
        t.press("backspace")
        type_line(t, "5")
        t.wait_for("Write 1 on the wristbands")
    assert names(path) == ["Petrenko"]


def test_a_paste_whose_end_comes_late_and_in_pieces_keeps_the_keyboard_alive(tmp_path: Path) -> None:
    path = quiet_night(tmp_path)
    with seated(path) as t:
        at_the_door(t)
        t.send(b"\x1b[200~Petrenko 5\nKoval 2")
        t.send(b"\n\x1b[20")
        t.read_for(LATE_S)
        t.send(b"1~")
        t.wait_for("Petrenko, 5 people")
        t.press("enter")
        t.wait_for("Write 1 on the wristbands")
        t.wait_for("Koval 2")
        t.press("esc")
        t.wait_for("q back")
    assert names(path) == ["Petrenko"]


@pytest.mark.parametrize("ends", [b"\r", b"\n", b"\r\n"], ids=["cr", "lf", "crlf"])
def test_a_paste_that_comes_as_keys_takes_at_most_one_step_and_keeps_the_rest_typed(
    tmp_path: Path, ends: bytes
) -> None:
    path = quiet_night(tmp_path)
    lines = [b"Petrenko 5 2a 3c", b"Koval 2 2a", b"Moroz 1 f"]
    with seated(path) as t:
        at_the_door(t)
        t.send(ends.join(lines) + ends)
        if ends[:1] == b"\n":
            t.wait_for("Petrenko, 5 people")
            t.settle()
            assert names(path) == []
            enter(t)
        for number, waits in enumerate((" Koval 2 2a", " Moroz 1 f"), start=1):
            t.wait_for(f"Write {number} on the wristbands")
            t.wait_until(lambda it, waits=waits: waits in it.lines, "the next line waits")  # type: ignore[misc]
            assert len(names(path)) == number, "one step at a time"
            enter(t)
        t.wait_for("Write 3 on the wristbands")
    assert names(path) == ["Petrenko", "Koval", "Moroz"]


def test_a_paste_into_a_form_keeps_all_of_it_on_its_line(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        t.press("n")
        t.wait_for("Someone phoned in a bus")
        t.send(b"\x1b[200~Utrecht\nCentral\tstation\x1b[201~")
        t.wait_for("Utrecht Central station")


def test_a_paste_reaches_the_line_that_the_key_before_it_opened(tmp_path: Path) -> None:
    with seated(quiet_night(tmp_path)) as t:
        t.send(b"w\x1b[200~Petrenko 5\x1b[201~")
        t.wait_for("Petrenko, 5 people")


def test_a_paste_where_nothing_is_typed_presses_no_key(tmp_path: Path) -> None:
    with new_store(tmp_path) as desk:
        path = desk.path
        bus_coming(desk)
        before = desk.journal.version()
    with seated(path) as t:
        t.send(b"\x1b[200~uuiin2aj\x1b[201~")
        t.press("6")
        t.wait_for("6 LOG")
    with Desk(path, "Piet") as desk:
        assert desk.journal.version() == before


def test_of_a_burst_of_letters_that_write_by_themselves_one_counts(tmp_path: Path) -> None:
    """A paste that comes as keys where nothing is typed: `uu` in a name is not two steps back."""
    with new_store(tmp_path) as desk:
        path = desk.path
        for name in ("Petrenko", "Koval", "Moroz"):
            desk.households.register(name=name, people=1)
    with seated(path) as t:
        t.send(b"uuu")
        t.wait_for("Undone")
        t.settle()
        assert names(path) == ["Petrenko", "Koval"]
        t.send(b"u")
        t.wait_until(lambda _t: names(path) == ["Petrenko"], "a second step back, once the first was seen")
