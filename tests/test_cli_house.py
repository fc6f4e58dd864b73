import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk.settings import NAMES
from screens.cli.line import complete, run_line
from storage.clock import running
from storage.store import Desk
from tests.cli import CLOCK, ROOT, Night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path).made()


# --- init -------------------------------------------------------------------------------------


def test_a_new_store_keeps_the_language_in_force(tmp_path: Path) -> None:
    night = Night(tmp_path)
    for words, env, said in (
        ([], {}, "en"),
        ([], {"DESK_LANGUAGE": "nl"}, "nl"),
        ([], {"DESK_LANGUAGE": ""}, "nl"),
        (["--language", "en"], {"DESK_LANGUAGE": "nl"}, "en"),
    ):
        night.store = tmp_path / f"{said}{len(env)}{len(words)}{env.get('DESK_LANGUAGE', '')}.db"
        assert night.run(*words, "init", env=env).exit == 0
        assert night.do("settings", "language")["value"] == said
    assert night.run("init", "--language", "en").exit == 1


def test_a_new_store_is_for_its_own_account_only_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    night = Night(tmp_path / "new" / "folder")
    done = night.do("init", "--name", "Oldenzaal", "--beds", "10", "--region", "twente")
    assert (done["state"], done["beds"]) == ("made", 10)
    assert os.listdir(night.store.parent) == ["desk.db"]
    assert night.store.stat().st_mode & 0o777 == 0o600
    assert night.now()["site"] == "Oldenzaal"


def test_without_a_region_there_are_no_municipalities(tmp_path: Path) -> None:
    night = Night(tmp_path)
    assert night.run("init").exit == 0
    assert night.do("list", "municipalities") == []
    assert night.now()["beds"]["realised"] == 0
    assert night.do("phones")[0]["number"] == "112"


@pytest.mark.parametrize(
    "words",
    [
        ["--beds", "0"],
        ["--beds", "-3"],
        ["--beds", "99999999999"],
        ["--beds", "/nowhere/rooms.csv"],
        ["--beds", "10", "--region", "/nowhere/region.csv"],
        ["--beds", "10", "--region", "drenthe"],
        ["--name", "x" * 10_000],
    ],
)
def test_making_a_store_is_all_or_nothing(tmp_path: Path, words: list[str]) -> None:
    folder = tmp_path / "new"
    assert Night(folder).refused("init", *words)
    assert not folder.exists() or os.listdir(folder) == []


def test_rooms_with_wrong_cells_leave_no_store_behind(tmp_path: Path) -> None:
    sheet = tmp_path / "rooms.csv"
    sheet.write_text("room,beds\nG1,four\nG2,-1\n", encoding="utf-8")
    night = Night(tmp_path / "store")
    ran = night.run("init", "--beds", sheet)
    assert (ran.exit, len(ran.err.splitlines())) == (1, 2)
    assert not night.store.parent.exists()


def test_a_store_that_exists_is_never_replaced(night: Night) -> None:
    before = night.store.read_bytes()
    assert "exists already" in night.refused("init")
    assert night.store.read_bytes() == before


# --- settings, who acts, journal, undo ----------------------------------------------------------


def test_settings_are_listed_shown_and_changed_by_a_journalled_action(night: Night) -> None:
    assert list(night.do("settings")) == list(NAMES)
    assert night.run("settings", "hold_minutes").out == "120\n"
    assert night.do("settings", "hold_minutes", "90")["state"] == "changed"
    assert night.do("settings", "address", "Lossersestraat", "2")["state"] == "changed"
    assert night.do("settings", "address")["value"] == "Lossersestraat 2"
    assert night.do("journal")[-1]["text"] == "set address to Lossersestraat 2"
    assert "must lie between" in night.refused("settings", "hold_minutes", "1")
    assert "is not a value" in night.refused("settings", "hold_minutes", "two")
    assert "is not one of" in night.refused("settings", "colour", "red")


def test_everybody_acts_under_their_own_name_and_undoes_only_what_is_theirs(night: Night) -> None:
    ref = night.bus()
    night.do("bus", "reserve", ref, 10, by="Piet")
    assert "Piet went on with it" in night.refused("undo", by="Anna")
    assert night.do("undo", by="Piet")["state"] == "undone"
    assert night.do("show", ref)["reserved"] == 0
    assert night.run("--as", "Kees", "undo").exit == 1
    lines = night.do("journal")
    assert [line["operator"] for line in lines[-3:]] == ["Anna", "Piet", "Piet"]
    assert lines[-1]["undoes"] == lines[-2]["id"]
    assert [line["text"] for line in lines[-3:]] == [
        "announced B-0407-1: Utrecht, 48 people",
        "held 10 places here for B-0407-1",
        "took back: bus reserve B-0407-1",
    ]


def test_an_undone_number_is_never_given_again(night: Night) -> None:
    night.household("Petrenko", 2)
    night.do("undo")
    assert night.household("Shevchenko", 2) == "H-0407-2"


def test_the_journal_leaves_out_the_names_of_people(night: Night) -> None:
    night.household("Petrenko", 2, "--note", "Petrenko snores")
    assert "Petrenko" not in night.run("journal", "--all").out
    assert len(night.do("journal", "--last", 1)) == 1


def test_a_whole_store_is_said_to_be_whole(night: Night) -> None:
    assert night.run("check").exit == 0
    assert night.do("check")["state"] == "whole"


def test_signing_on_says_how_and_on_the_line_does_it(night: Night) -> None:
    assert "DESK_OPERATOR=Anna" in night.run("sign", "on", "Anna").out
    with Desk(night.store, "Piet") as desk:
        assert run_line(desk, "sign on Anna").out == "You are Anna from here on.\n"
        assert desk.operator == "Anna"


# --- log, phones, duties ------------------------------------------------------------------------


def test_a_call_back_stays_open_until_somebody_made_it(night: Night) -> None:
    ref = night.household("Tkachenko", 4)
    done = night.do("log", "add", "call", "ring", "the doctor", "--back", "02:50", "--link", ref)
    assert (done["state"], done["back"], done["link"]) == ("call", "2022-04-08T02:50:00+02:00", ref)
    assert "call_back" in [signal["kind"] for signal in night.now()["signals"]]
    assert night.do("log", "done", done["number"])["state"] == "done"
    assert night.do("log", "list")[0]["done_by"] == "Anna"
    assert "no open call-back" in night.refused("log", "done", done["number"])
    assert "no household" in night.refused("log", "add", "note", "x", "--link", "H-0407-99")
    assert "nothing called" in night.refused("log", "add", "note", "x", "--link", "a-b-c")


def test_phones_say_whom_to_ring_and_our_own_address(night: Night) -> None:
    night.do("phone", "add", "LCVS", "0800-000456", "--hours", "24/7", "--say", "a bus of ours is too full")
    night.do("settings", "address", "Lossersestraat 2, Oldenzaal")
    text = night.run("phones").out
    assert text.startswith("Our own address: Lossersestraat 2, Oldenzaal\n")
    assert "LCVS  0800-000456  24/7  a bus of ours is too full" in text
    night.do("phone", "remove", "lcvs")
    assert [phone["role"] for phone in night.do("phones")] == ["112"]


def test_a_duty_is_taken_by_the_key_of_its_signal_and_let_go_again(night: Night) -> None:
    night.bus()
    key = night.now()["signals"][0]["key"]
    assert night.do("duty", "take", "bus_short:b-0407-1".replace("b", "B", 2).replace("Bus", "bus"))["state"] == "taken"
    assert night.now()["signals"][0]["who"] == "Anna"
    assert night.do("duty", "take", key)["state"] == "free"
    assert "no signal" in night.refused("duty", "take", "nothing:B-0407-1")


# --- figures ------------------------------------------------------------------------------------


def test_figures_count_whole_days_of_the_site(night: Night) -> None:
    night.do("household", "register", "--name", "Before", "--people", 2, "--at", "2022-04-06T23:59")
    night.do("household", "register", "--name", "After", "--people", 3, "--at", "2022-04-07T00:00")
    assert night.do("figures", "--since", "2022-04-07")["inflow"] == 3
    found = night.do("figures", "--since", "2022-04-06", "--until", "2022-04-06")
    assert (found["inflow"], found["as_of"]) == (2, "2022-04-06T23:59:59+02:00")
    assert night.do("figures", "--since", "2022-04-01", "--until", "2022-12-31")["as_of"] == CLOCK
    assert night.do("figures")["since"] == "2022-04-08T00:00:00+02:00"


@pytest.mark.parametrize("said", ["2022-02-30", "yesterday", "05-04-2022", "2022-13-01", "", "[red]", "9999-99-99"])
def test_a_wrong_date_is_refused(night: Night, said: str) -> None:
    assert night.run("figures", "--since", said or " ").exit == 1
    assert "Traceback" not in night.run("figures", "--until", said or " ").err


def test_a_period_that_ends_before_it_begins_is_refused(night: Night) -> None:
    assert "Nothing lies between" in night.refused("figures", "--since", "2022-04-07", "--until", "2022-04-05")
    assert "Nothing lies between" in night.refused("figures", "--since", "2023-01-01")


# --- the line of the screens --------------------------------------------------------------------


def test_the_line_of_the_screens_runs_the_same_grammar_on_the_open_desk(night: Night) -> None:
    with Desk(night.store, "Anna", running(CLOCK)) as desk:
        done = run_line(desk, "desk bus announce --from Utrecht --people 48 --eta 03:40 @02:10")
        assert (done.exit_code, done.err) == (0, "")
        assert done.out == "B-0407-1 from Utrecht, 48 people.\n"
        bus = json.loads(run_line(desk, "show b-0407-1 --json").out)
        assert bus["announced_at"].startswith("2022-04-08T02:10")
        assert run_line(desk, "bus count b-0407-1 48").exit_code == 1
        assert run_line(desk, "bus cuont b-0407-1 48").exit_code == 2
        assert run_line(desk, "household register --name Mar'yana --people 1").exit_code == 0
        assert run_line(desk, 'log add note "not closed').exit_code == 2
        assert run_line(desk, "init").exit_code == 1
        assert run_line(desk, "--store x now").exit_code == 2
        assert run_line(desk, "log add note mail to els@home").exit_code == 0
        assert desk.logbook.lines(1)[0].text == "mail to els@home"


def test_tab_completes_commands_options_references_and_places(night: Night) -> None:
    night.bus()
    night.locations("De Windroos,Oldenzaal,municipal,65")
    with Desk(night.store, "Anna", running(CLOCK)) as desk:
        assert complete(desk, "bu") == ["bus"]
        assert complete(desk, "bus c") == ["count", "close", "confirm", "cancel"]
        assert complete(desk, "bus count ") == ["B-0407-1"]
        assert complete(desk, "bus count b-04") == ["B-0407-1"]
        assert complete(desk, "bus allocate B-0407-1 de") == ["'De Windroos'"]
        assert complete(desk, "bus announce --fr") == ["--from"]
        assert complete(desk, "list mu") == ["municipalities"]
        assert complete(desk, "household leave H-0407-1 --reason ") == ["left", "unknown", "other"]
        assert complete(desk, "bed block 1-") == ["1-1", "1-2", "1-3", "1-4"]
        assert complete(desk, "nothing here") == []


# --- the program --------------------------------------------------------------------------------


def test_no_command_imports_textual_or_more_than_its_own_subject(night: Night) -> None:
    night.bus()
    code = (
        "import sys; from screens import start; code = start.run(sys.argv[1:]);"
        "print(*sorted(n for n in sys.modules if n.split('.')[0] in ('textual', 'rich') or n.startswith('screens')),"
        " file=sys.stderr); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "bus", "reserve", "B-0407-1", "3"],
        cwd=ROOT,
        env={**os.environ, **night.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    loaded = ran.stderr.split()
    assert not [name for name in loaded if not name.startswith("screens")]
    assert "screens.cli.buses" in loaded
    assert not {"screens.cli.households", "screens.cli.house", "screens.cli.overview", "screens.app"} & set(loaded)


def test_the_desk_without_a_terminal_says_so(night: Night) -> None:
    ran = night.process()
    assert (ran.exit, ran.out) == (1, "")
    assert "needs a terminal" in ran.sentence


def test_a_reader_that_goes_away_sees_no_traceback(night: Night) -> None:
    running = night.command("list", "municipalities", "--json")
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert running.wait(60) in {0, 1}
    assert running.stderr.read() == ""
    running.stderr.close()


def test_an_answer_that_cannot_be_written_is_said(night: Night) -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "screens.start", "list", "municipalities"],
            cwd=ROOT,
            env={**os.environ, **night.environment()},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1


def test_a_fault_of_the_program_is_one_sentence(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("desk.records.now_record", broken)
    ran = night.run("now")
    assert (ran.exit, ran.out) == (1, "")
    assert ran.sentence == "The program went wrong (ZeroDivisionError). Nothing was changed. Run: desk check"
    assert "Traceback" in night.run("now", env={"DESK_TRACEBACK": "1"}).err
    with Desk(night.store, "Anna", running(CLOCK)) as desk:
        result = run_line(desk, "now")
    assert (result.exit_code, result.err) == (1, ran.err)
    # an action was written before its answer went wrong: then nothing is promised
    monkeypatch.setattr("desk.records.arrivals.bus_summary", broken)
    ran = night.run("bus", "announce", "--from", "Utrecht", "--people", 4, "--eta", "03:40", "--json")
    assert ran.sentence == "The program went wrong (ZeroDivisionError). Run: desk check"


def test_options_before_the_command_go_before_the_environment(night: Night, tmp_path: Path) -> None:
    other = Night(tmp_path / "other").made(beds=4)
    assert night.do("--store", other.store, "now")["beds"]["realised"] == 4
    assert night.do(f"--store={other.store}", "now")["beds"]["realised"] == 4
    night.do("--as", "Els", "log", "add", "note", "x")
    assert night.do("log", "list")[0]["by"] == "Els"
    assert night.run("--language", "nl", "now").exit == 0
    assert night.run("--language", "fr", "now").exit == 2
    assert night.run("--store").exit == 2
    ran = night.run("now", "--store", other.store)
    assert ran.exit == 2
    assert "before the command" in ran.sentence


def test_every_command_has_help_and_the_two_options_of_all(night: Night) -> None:
    import click

    from screens.cli.call import Call
    from screens.cli.grammar import Group
    from screens.cli.tree import tree

    call = Call(night.store, "Anna", sys.stdout, sys.stderr, "en")

    def walk(group: Group, path: tuple[str, ...]) -> None:
        context = click.Context(group, info_name="desk", obj=call)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            text = night.run(*path, name, "--help").out
            assert text.startswith("Usage: desk")
            if isinstance(command, Group):
                walk(command, (*path, name))
            else:
                assert "--json" in text
                assert "--at" in text

    walk(tree, ())
    assert night.run("--help").exit == 0
    assert night.run("--version").out.startswith("desk ")


def test_a_store_made_in_english_is_told_of_in_english_and_holds_english_words(night: Night, tmp_path: Path) -> None:
    night.store = tmp_path / "other.db"
    made = night.run("init", "--language", "en", env={"DESK_LANGUAGE": ""})
    assert made.out.startswith("The store is made")
    assert "Fire, ambulance, police" in night.run("phones", env={"DESK_LANGUAGE": ""}).out
