"""Whatever anybody sends: each reader of text from outside reads it, or refuses it in a sentence, and nothing else."""

import time
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, find, given, settings

from tests.hostile import corpus, program, readers
from tests.hostile.__main__ import fuzzed
from tests.hostile.parsers import Broken, Parser, bytes_of, named, offends, parsers, safe, text_of
from tests.hostile.texts_at_random import at_random
from tests.tiers import few

EACH = pytest.mark.parametrize("name", parsers())
ON_A_STORE = {"line": 25, "door": 12, "xlsx": 25, "ods": 25, "csv": 25}
"""So many texts at random where each takes a store or a file."""
LINES = sorted(
    (name for name in parsers() if name not in {*ON_A_STORE, "packed", "search", "terminal"}),
    key=lambda name: name not in {"clean", "log-line", "operator-name", "household-line", "cell"},
)
"""Readers of text alone; the first are those that have once been slow, or hold it against the most patterns."""

EXCUSED = {
    "desk/cases.py:_keys": "names of the store, for sentences on paper",
    "desk/covered.py:_names": "names of the store, which are covered on a locked desk",
    "desk/privacy.py:Names.are_in": "names of the store, held against what goes out",
    "desk/region/told.py:_ref": "rows of the store, for the region: tests/test_region_told.py",
    "desk/region/told.py:_moment": "rows of the store, for the region: tests/test_region_told.py",
    "storage/demo.py:_Story.people": "the demo's own story",
    "screens/cli/house.py:_beds": "`desk init`, which makes a store: tests/test_cli_house.py",
    "screens/reports/rows.py:safe": "what goes out: tests/test_report_formats.py",
    "screens/desk_screen.py:DeskScreen.signed_on.named": "typed behind a key: below, in a terminal",
    "screens/rollcall/screen.py:RollcallScreen.do_edit.found": "typed behind a key: below, in a terminal",
    "screens/steps.py:out_or_back.typed": "typed behind a key: below, in a terminal",
}
"""Functions that hold text against a pattern and need no parser in the list, with why."""


# --- the corpus -------------------------------------------------------------------------------


@EACH
def test_all_of_the_corpus_is_read_or_refused(name: str) -> None:
    one = named(name)
    texts = {**corpus.texts(name), **{word: bytes_of(word) for word in one.words}}
    most = 4_000 if name == "terminal" else None  # Textual reads it letter by letter
    assert {called: wrong for called, raw in texts.items() if (wrong := offends(one, raw[:most]))} == {}


@EACH
def test_each_word_of_a_grammar_is_read_with_more_digits_than_a_number_has_behind_it(name: str) -> None:
    one = named(name)
    wrong = {word: found for word in one.words if (found := offends(one, bytes_of(word) + b"9" * 4_400))}
    assert wrong == {}


@EACH
def test_a_parser_of_the_list_reads_something(name: str) -> None:
    one = named(name)
    assert any(_is_read(one, raw) for raw in _texts(one))


def _texts(one: Parser) -> list[bytes]:
    """Its own part of the corpus, each word of its grammar, and all of them behind each other."""
    return [*corpus.own(one.name).values(), *map(bytes_of, (*one.words, "".join(one.words)))]


def _is_read(one: Parser, raw: bytes) -> bool:
    try:
        one.read(raw)
    except Exception:
        return False
    return True


def test_lines_are_done_refused_and_wrong() -> None:
    program.ended.clear()
    for name in ("line", "door"):
        for word in named(name).words:
            offends(named(name), bytes_of(word))
    assert {0, 1, 2} <= set(program.ended)


def test_a_reader_that_is_not_in_the_list_is_noticed() -> None:
    with readers.entering() as entered:
        for one in parsers().values():
            for raw in _texts(one):
                offends(one, raw)
    assert set(readers.not_entered(entered)) <= set(EXCUSED) <= set(readers.readers())
    # the control: had nobody read a household's line
    clock_alone = {(file, line) for file, line in entered if not file.endswith("household_line.py")}
    assert "desk/household_line.py:_name_and_total" in readers.not_entered(clock_alone)


# --- at random --------------------------------------------------------------------------------


@EACH
def test_whatever_is_typed_at_random_is_read_or_refused(name: str) -> None:
    one = named(name)

    @settings(deadline=None, max_examples=ON_A_STORE.get(name, 40), suppress_health_check=list(HealthCheck))
    @given(at_random(one))
    def read(raw: bytes) -> None:
        assert offends(one, raw) == ""

    read()


def test_the_control_a_reader_with_a_fault_is_found_at_random() -> None:
    weak = Parser("weak", named("tests.hostile.weak:trusting").read, (":p", "people"))
    quiet = settings(derandomize=True, max_examples=2_000, database=None, deadline=None)
    found = find(at_random(weak), lambda raw: bool(offends(weak, raw)), settings=quiet)
    assert "ValueError" in offends(weak, found)


def test_the_control_what_steers_a_terminal_is_noticed() -> None:
    for text in ("\x1b[31m", "a\u202eb", "a\u200bb", "\x9b", "a\nb", "\udcff"):
        with pytest.raises((Broken, UnicodeEncodeError)):
            safe(text)
    safe("Петренко [red] 👩\u200d👧 =1+1")


# --- time -------------------------------------------------------------------------------------

FEW, FOUR_TIMES = 5_000, 20_000
UNITS = (" ", "9", "a", "\x90", "\u0301\u0316", "9 ", "a,", "'", "{", "@a ")


def slower(one: Parser, before: str, unit: str) -> bool:
    """Whether four times the text takes more than eight times as long, by the clock of this process alone."""
    spent = []
    for times in (FEW, FOUR_TIMES):
        raw = bytes_of(before + unit * (times // len(unit)) + "\x00x")
        began = time.process_time()
        offends(one, raw)
        spent.append(time.process_time() - began)
    return spent[1] > 8 * max(spent[0], 0.02)


@pytest.mark.parametrize("name", few(LINES, 5))
def test_four_times_the_text_takes_about_four_times_as_long(name: str) -> None:
    one = named(name)
    before = text_of(bytes_of(one.words[0])) + " "
    assert [unit for unit in UNITS if slower(one, before, unit) and slower(one, before, unit)] == []


def test_the_control_a_reader_that_looks_again_at_each_letter_is_slower() -> None:
    assert slower(named("tests.hostile.weak:patient"), "", "a")


# --- guided -----------------------------------------------------------------------------------


@pytest.mark.skipif(find_spec("atheris") is None, reason="the extra `fuzz` is not installed")
def test_the_control_a_reader_with_a_fault_is_found_by_the_fuzzer() -> None:
    found = fuzzed("tests.hostile.weak:guarded", runs=100_000, seed=1)
    assert len(found.wrong) == 1
    assert "ValueError" in found.wrong[0]
    assert "ValueError" in offends(named("tests.hostile.weak:guarded"), found.bytes[0])
