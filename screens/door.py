"""How a key comes in: the forced command of its line, `desk --store FILE --as NAME door`.

The role is the operator's in the store, read anew at each step. What was given to ssh is a command of the desk under
that role, and reaches no shell; without one the screens open. Nothing the client sends decides where the store is, who
acts, what time it is, or which code is loaded.
"""

import os
import shlex
from collections.abc import MutableMapping
from dataclasses import replace
from typing import TextIO

from desk.language import _
from desk.refusals import Refused
from desk.rights import PAPER
from screens.start import TEXTUAL, Given, open_screens, read_given, run_command

_OURS = ("DESK_", "TEXTUAL", "PYTHON")
_KEPT = frozenset({"DESK_LANGUAGE"})
GLOBAL = ("--store", "--as", "--language")
PAGE = "page"
"""What a print box asks for where it wants the page and not the text."""


def come_in(given: Given, out: TextIO, err: TextIO) -> int:
    """Open the desk for whoever has the key, or run the one command that was given to ssh."""
    asked = os.environ.get("SSH_ORIGINAL_COMMAND", "")
    swept(os.environ)
    from screens.cli.call import plain

    try:
        role, given = _role(given)
        if role == PAPER:
            sent = ("paper", "--send", "--page") if asked.strip() == PAGE else ("paper", "--send")
            return run_command(replace(given, rest=sent), out, err)
        if words := _words(asked):
            return run_command(replace(given, rest=tuple(words)), out, err, through_key=True)
        if not (_is_terminal() and out.isatty()):
            raise Refused(_("The desk needs a terminal: ssh -t. For a single command give it to ssh, as in: ssh … now"))
    except Refused as no:
        for sentence in no.sentences:
            err.write(" ".join(plain(sentence).split()) + "\n")
        return 1
    return open_screens(given, err, through_key=True)


def swept(environment: MutableMapping[str, str]) -> None:
    """Take away what a client could send to steer the program (`AcceptEnv` of a careless host); languages stay."""
    for name in list(environment):
        if name.startswith(_OURS) and name not in _KEPT:
            del environment[name]
    environment.update(TEXTUAL)


def _role(given: Given) -> tuple[str, Given]:
    from storage.store import Desk

    with Desk(given.path, given.operator, through_key=True) as desk:
        from desk.language import speak
        from screens.speech import chosen

        language = chosen(desk, given.language)
        speak(language)
        return desk.journal.seat.role, replace(given, language=language)


def _words(asked: str) -> list[str]:
    try:
        words = shlex.split(asked)
    except ValueError:
        raise Refused(_("A quotation mark is not closed.")) from None
    words = words[1:] if words[:1] == ["desk"] else words
    if words and words[0].partition("=")[0] in GLOBAL:
        raise Refused(_("The key says which store and who you are: leave {option} out.").format(option=words[0][:20]))
    return words


def _is_terminal() -> bool:
    import sys

    return sys.stdin is not None and sys.stdin.isatty()


__all__ = ["come_in", "read_given", "swept"]
