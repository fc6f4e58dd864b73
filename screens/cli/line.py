"""The `:` line of the screens: one line of the same grammar on the desk that is open, and what Tab can complete."""

import re
import shlex
from dataclasses import dataclass
from io import StringIO

import click

from desk.language import _
from screens.cli.call import Call
from screens.cli.grammar import Group, run
from screens.cli.tree import tree
from screens.cli.words import Typed
from storage.store import Desk

_BLANK_AT_END = re.compile(r"(?<!\\)\s$")
_AT = re.compile(r"@([+-]?\d\S*)")


@dataclass(frozen=True)
class LineResult:
    """What a line answered: as the program would exit, and what it would print."""

    exit_code: int
    out: str
    err: str


def run_line(desk: Desk, line: str) -> LineResult:
    """Run one line; `desk` in front may be left out, a trailing `@03:20` is when it happened."""
    out, err = StringIO(), StringIO()
    call = _call(desk, out, err)
    try:
        words = _split(line)
    except ValueError:
        return LineResult(2, "", _("A quotation mark is not closed.") + "\n")
    if words and (at := _AT.fullmatch(words[-1])):
        # before a `--`, behind which nothing is an option any more
        end = words.index("--") if "--" in words else len(words) - 1
        words = [*words[:end], f"--at={at[1]}", *words[end:-1]]
    try:
        code = run(tree, call, words)
    except Exception as wrong:  # a fault in one command must not take the open desk down with it
        sentence = _("The program went wrong ({kind}).").format(kind=type(wrong).__name__)
        call.warn(f"{sentence} {_('Nothing was changed.') if call.changed_nothing() else ''} {_('Run: desk check')}")
        code = 1
    return LineResult(code, out.getvalue(), err.getvalue())


def _call(desk: Desk, out: StringIO, err: StringIO) -> Call:
    return Call(desk.path, desk.operator, out, err, desk_given=desk)


def _split(line: str) -> list[str]:
    # an apostrophe within a word is a letter of a name (`Mar'yana`), not a quotation mark
    words = shlex.split(re.sub(r"(?<=\w)'(?=\w)", r"\\'", line))
    return words[1:] if words[:1] == ["desk"] else words


def complete(desk: Desk, line: str) -> list[str]:
    """What the last word of a line can become: commands, options, references of tonight, names of places."""
    begun = begun_in(line)
    return [shlex.quote(word) for word in offers(_call(desk, StringIO(), StringIO()), begun.words, begun.word)]


@dataclass(frozen=True)
class Begun:
    """A line that is being typed: its whole words, the one begun at its end, and whether a quotation mark is open."""

    words: list[str]
    word: str
    quoted: bool


def begun_in(line: str) -> Begun:
    """How far a line has come; `desk` in front is left out."""
    words, mark = line.split(), ""
    for mark in ("", "'", '"'):
        try:
            words = _split(line + mark)
            break
        except ValueError:
            continue
    ended = not mark and (not line or _BLANK_AT_END.search(line) is not None)
    word = "" if ended or not words else words.pop()
    return Begun(words, word, bool(mark))


def offers(call: Call, words: list[str], begun: str) -> list[str]:
    """What the word that is begun behind these words can become."""
    command: click.Command = tree
    context = click.Context(tree, info_name="desk", obj=call)
    while words and isinstance(command, Group):
        found = command.get_command(context, words[0])
        if found is None:
            return []
        command, words = found, words[1:]
    if isinstance(command, Group):
        return [name for name in command.list_commands(context) if name.startswith(begun)]
    return _of_command(command, call, words, begun)


def _of_command(command: click.Command, call: Call, words: list[str], begun: str) -> list[str]:
    options = {flag: param for param in command.params if isinstance(param, click.Option) for flag in param.opts}
    last = options.get(words[-1]) if words else None
    if last is not None and not last.is_flag:
        return _offers(last, call, begun)
    if begun.startswith("-"):
        return sorted(flag for flag in options if flag.startswith(begun) and flag not in words)
    arguments = [param for param in command.params if isinstance(param, click.Argument)]
    place = _values_given(words, options)
    if not arguments or (place >= len(arguments) and arguments[-1].nargs != -1):
        return [] if begun else sorted(flag for flag in options if flag.startswith("--") and flag not in words)
    return _offers(arguments[min(place, len(arguments) - 1)], call, begun)


def _values_given(words: list[str], options: dict[str, click.Option]) -> int:
    """How many words stand by their place, values of options left out."""
    count, skip = 0, False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            skip = "=" not in word and word in options and not options[word].is_flag
        else:
            count += 1
    return count


def _offers(param: click.Parameter, call: Call, begun: str) -> list[str]:
    if not isinstance(param.type, Typed):
        return []
    wanted = begun.casefold()
    return [offer for offer in param.type.offers(call) if offer.casefold().startswith(wanted)]
