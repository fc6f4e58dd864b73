"""The grammar of the command line: what every command has, and how a line is run.

One tree of commands serves the `desk` program and the `:` line of the screens.
"""

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from desk.language import N_, _
from desk.refusals import Refused
from screens.cli.call import Answer, Call
from screens.cli.words import KEPT, TEXT, TIME, Typed

_EXTRA = re.compile(r"unexpected extra arguments? \((.*)\)", re.DOTALL)
"""As click says it, for which it has no class."""
GLOBAL_OPTIONS = ("--store", "--as", "--language")


class Option(click.Option):
    """An option whose help is said in the language in force."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return (record[0], _(self.help) if self.help else "") if record else None


def argument(name: str, kind: Typed = TEXT, *, required: bool = True, many: bool = False) -> click.Argument:
    """A word that stands by its place."""
    return click.Argument([name], type=kind, required=required, nargs=-1 if many else 1)


def option(
    flag: str, kind: Typed = TEXT, *, name: str = "", required: bool = False, text: str = "", unset: object = None
) -> click.Option:
    """A word that stands after its name; not given, it is `unset`."""
    field = name or flag.lstrip("-").replace("-", "_")
    given: dict[str, Any] = (
        {} if unset is None else {"default": unset}
    )  # click takes a default of None as a value that was given
    return Option([flag, field], type=kind, required=required, help=text, **given)


def flag(name: str, text: str = "") -> click.Option:
    """A yes that stands by itself."""
    return Option([name], is_flag=True, help=text)


def _call(ctx: click.Context) -> Call:
    found = ctx.find_object(Call)
    assert found is not None
    return found


def _show_help(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        _call(ctx).print(ctx.get_help())
        ctx.exit()


def _set_json(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    _call(ctx).as_json = wanted


def _set_at(ctx: click.Context, _param: click.Parameter, at: Any) -> None:
    _call(ctx).at = at


def _help_option() -> click.Option:
    return Option(
        ["--help", "-h"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_help,
        help=N_("Show this and stop."),
    )


def _on_every_command() -> list[click.Parameter]:
    return [
        Option(
            ["--at"],
            type=TIME,
            expose_value=False,
            callback=_set_at,
            help=N_("When it happened, if not now: 03:20, -15m, 2022-04-08T03:20."),
        ),
        Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_set_json,
            help=N_("Answer in JSON, for other programs."),
        ),
        _help_option(),
    ]


class Command(click.Command):
    """One command: reads its words, acts on the store, answers."""

    def __init__(
        self, name: str, act: Callable[..., Answer], params: Sequence[click.Parameter], text: str, storeless: bool
    ) -> None:
        super().__init__(name, params=[*params, *_on_every_command()], help=text, add_help_option=False)
        self.act = act
        self.storeless = storeless

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _call(ctx).storeless = self.storeless
        end = args.index("--") if "--" in args else len(args)
        marked = [KEPT + word if word[:1] == "-" and word[1:2].isdecimal() else word for word in args[:end]]
        return super().parse_args(ctx, marked + args[end:])

    def invoke(self, ctx: click.Context) -> None:
        call = _call(ctx)
        call.may(ctx.command_path.partition(" ")[2])
        call.answer(self.act(call, **ctx.params))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help(self.help, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        return _(self.help) if self.help else ""


class Group(click.Group):
    """Commands of one subject; those of other files are read when they are asked for."""

    def __init__(self, name: str, text: str, elsewhere: Mapping[str, str] | None = None) -> None:
        super().__init__(name, params=[_help_option()], help=text, add_help_option=False, no_args_is_help=False)
        self.elsewhere = dict(elsewhere or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.elsewhere, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.elsewhere.get(cmd_name)
        if place is None:
            return self.commands.get(cmd_name)
        module, _colon, attribute = place.partition(":")
        found = getattr(importlib.import_module(module), attribute)
        assert isinstance(found, click.Command)
        return found

    def command_of(
        self, name: str, *params: click.Parameter, text: str, storeless: bool = False
    ) -> Callable[[Callable[..., Answer]], Command]:
        """A function of this group as the command `name`: it gets the call and its words, and gives an answer."""

        def made(act: Callable[..., Answer]) -> Command:
            command = Command(name, act, params, text, storeless)
            self.add_command(command)
            return command

        return made

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help(self.help, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        return _(self.help) if self.help else ""


def command(
    name: str, *params: click.Parameter, text: str, storeless: bool = False
) -> Callable[[Callable[..., Answer]], Command]:
    """A function as a command that stands directly after `desk`."""
    return lambda act: Command(name, act, params, text, storeless)


def _write_help(text: str | None, formatter: click.HelpFormatter) -> None:
    if text:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_(text))


def run(tree: click.Command, call: Call, args: Sequence[str]) -> int:
    """Run one line: 0 done, 1 refused with a sentence, 2 when the line itself was wrong."""
    try:
        with tree.make_context("desk", list(args), obj=call) as ctx:
            ctx.command.invoke(ctx)
        return call.exit_code
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as wrong:
        call.warn(_usage(wrong))
        return 2
    except Refused as no:
        for sentence in no.sentences:
            call.warn(sentence)
        return 1
    except Exception as wrong:
        for sentence in _of_machine(call, wrong).sentences:
            call.warn(sentence)
        return 1


def _of_machine(call: Call, wrong: Exception) -> Refused:
    """What the store's driver or the machine said of a file, as a sentence; anything else goes on as it is."""
    from storage.database import StoreError, broken

    if isinstance(wrong, StoreError):
        return broken(call.path, wrong)
    if isinstance(wrong, OSError) and isinstance(wrong.filename, str):  # a name that cannot even be looked at
        return Refused(
            _("{file} cannot be used: {why}. Name another file.").format(
                file=_short(wrong.filename, 200), why=wrong.strerror or wrong
            )
        )
    raise wrong


def _usage(wrong: click.UsageError) -> str:
    path = wrong.ctx.command_path if wrong.ctx else "desk"
    see = _("See: {command} --help").format(command=path)
    return f"{_what_is_wrong(wrong, path)} {see}"


def _what_is_wrong(wrong: click.UsageError, path: str) -> str:
    if isinstance(wrong, click.NoSuchOption):
        if wrong.option_name in GLOBAL_OPTIONS:
            return _("{option} stands before the command, as in: desk {option} … {rest}").format(
                option=wrong.option_name, rest=path.removeprefix("desk ")
            )
        return _("There is no option {option} here.").format(option=wrong.option_name[:40])
    if isinstance(wrong, click.exceptions.NoSuchCommand):
        return _("There is no command '{command}' here.").format(command=wrong.command_name[:40])
    if isinstance(wrong, click.MissingParameter) and wrong.param is not None:
        return _("{what} is missing.").format(what=wrong.param.get_error_hint(wrong.ctx).strip("'"))
    if isinstance(wrong, click.BadOptionUsage):
        return _("{option} needs a value.").format(option=wrong.option_name)
    if isinstance(wrong.ctx, click.Context) and isinstance(wrong.ctx.command, Group):
        names = ", ".join(wrong.ctx.command.list_commands(wrong.ctx))
        return _("Which one: {commands}?").format(commands=names)
    if extra := _EXTRA.search(wrong.format_message()):
        return _("There is a word too many here: {words}.").format(words=_short(extra[1]))
    return _short(wrong.format_message(), 200)


def _short(words: str, most: int = 40) -> str:
    return words if len(words) <= most else words[:most] + "…"
