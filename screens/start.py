"""Where `desk` begins: opens the screens, or hands a command to the command line; loads little before it knows."""

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

# Before anything imports Textual, which reads them once. Over a slow line each frame is bytes: 15 a second are
# enough, and a movement is none. The kitty protocol sends keys that tmux and old terminals never do.
TEXTUAL = {
    "TEXTUAL_FPS": "15",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
}
DOOR = "door"
"""The forced command of a key: not one of the tree, so that nobody types it in the desk."""


@dataclass(frozen=True)
class Given:
    """The options before the command, with what stands in for them in the environment, and the command itself."""

    path: Path
    operator: str
    language: str | None
    rest: tuple[str, ...]


class WrongLine(Exception):  # noqa: N818 - an answer to whoever typed the line
    """The command line itself was wrong: exit 2."""


def main() -> None:
    """The `desk` program."""
    for name, value in TEXTUAL.items():
        os.environ.setdefault(name, value)
    # a shell that exports them would freeze the size of the screen
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever goes wrong is a sentence."""
    # a closed standard stream is None: what would be said there is lost, what was asked is done
    out = sys.stdout or _nowhere()
    err = sys.stderr or _nowhere()
    try:
        code = _run(arguments, out, err)
        out.flush()
        return code
    except BrokenPipeError:
        # whoever read this has gone; Python's own last flush must not complain about it
        if out is sys.stdout:
            sys.stdout = _nowhere()
        return 1
    except KeyboardInterrupt:
        err.write("\n")
        return 1
    except OSError as wrong:
        _say(err, f"{wrong.strerror or wrong}.")
        if out is sys.stdout:
            sys.stdout = _nowhere()
        return 1


def _run(arguments: Sequence[str], out: TextIO, err: TextIO) -> int:
    _speak(None)
    try:
        given = read_given(arguments)
    except WrongLine as wrong:
        _say(err, str(wrong))
        return 2
    if given.rest == (DOOR,):
        from screens.door import come_in

        return come_in(given, out, err)
    if given.rest:
        return run_command(given, out, err)
    if not (sys.stdin is not None and sys.stdin.isatty() and out.isatty()):
        from desk.language import _

        _speak(given.language)
        _say(err, _("The desk needs a terminal. For a single command see: desk --help"))
        return 1
    return open_screens(given, err)


def read_given(arguments: Sequence[str]) -> Given:
    """The options that stand before the command."""
    from desk.language import LANGUAGES, _

    options = {"--store": "", "--as": "", "--language": ""}
    rest = list(arguments)
    while rest and rest[0].partition("=")[0] in options:
        name, equals, value = rest.pop(0).partition("=")
        if not equals:
            if not rest:
                raise WrongLine(_("{option} needs a value.").format(option=name))
            value = rest.pop(0)
        if name == "--language" and value not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise WrongLine(
                _("--language is one of {languages}, not '{text}'.").format(languages=known, text=value[:20])
            )
        options[name] = value
    store = options["--store"] or os.environ.get("DESK_STORE", "")
    told = options["--language"] or _environment_language()
    return Given(
        Path(store) if store else _own_store(),
        options["--as"] or os.environ.get("DESK_OPERATOR", "").strip(),
        told,
        tuple(rest),
    )


def _environment_language() -> str | None:
    from desk.language import of_locale

    return of_locale(os.environ.get("DESK_LANGUAGE", ""))


def _own_store() -> Path:
    from platformdirs import user_data_path

    return user_data_path("doorstroom", appauthor=False) / "desk.db"


def run_command(given: Given, out: TextIO, err: TextIO, *, through_key: bool = False) -> int:
    """One command of the tree; over a key under its role."""
    if given.rest == ("--version",):
        from importlib.metadata import version

        out.write(f"desk {version('doorstroom')}\n")
        return 0
    from screens.cli.call import Call
    from screens.cli.grammar import run as run_in
    from screens.cli.tree import tree

    call = Call(given.path, given.operator, out, err, given.language, through_key=through_key)
    try:
        call.speak()
        code = run_in(tree, call, given.rest)
        call.keep_paper()
        return code
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as wrong:
        return _unexpected(wrong, err, changed_nothing=call.changed_nothing())
    finally:
        call.close()


def open_screens(given: Given, err: TextIO, *, through_key: bool = False) -> int:
    """The desk on this terminal; over a key under its role."""
    from desk.language import _
    from desk.refusals import Refused

    _speak(given.language)
    if not given.path.exists():
        sentence = _("There is no store at {path}. Make one with: desk init, or look around with: desk demo")
        _say(err, sentence.format(path=given.path))
        return 1
    # what is loaded on the way to the first screen stays: looking through it for garbage only takes time. The
    # open desk switches it on again
    gc.disable()
    try:
        from screens.app import open_desk

        return open_desk(given.path, given.operator, given.language, through_key=through_key)
    except Refused as no:
        for sentence in no.sentences:
            _say(err, sentence)
        return 1
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as wrong:
        return _unexpected(wrong, err, changed_nothing=False)


def _unexpected(wrong: Exception, err: TextIO, *, changed_nothing: bool) -> int:
    """A fault of the program: what kind, what is certain, and what to do; developers can ask for all of it."""
    from desk.language import _

    if os.environ.get("DESK_TRACEBACK") == "1":
        import traceback

        traceback.print_exception(wrong, file=err)
    sentence = _("The program went wrong ({kind}).").format(kind=type(wrong).__name__)
    if changed_nothing:
        sentence += " " + _("Nothing was changed.")
    _say(err, sentence + " " + _("Run: desk check"))
    return 1


def _speak(language: str | None) -> None:
    from desk.language import HOUSE, speak

    speak(language or _environment_language() or HOUSE)


def _say(err: TextIO, sentence: str) -> None:
    from screens.cli.call import plain

    err.write(" ".join(plain(sentence).split()) + "\n")


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


if __name__ == "__main__":
    main()
