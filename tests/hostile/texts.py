"""The readers of one line or one word: times, cells, lines at the desk, references, keys, settings, the environment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from textual import events

from desk import (
    backups,
    cells,
    clock,
    decisions,
    household_line,
    imports,
    language,
    log_line,
    meeting_sheets,
    names,
    operators,
    paper,
    passengers,
    pins,
    references,
    requests,
    settings,
    slips,
    stepped_out,
    words,
)
from desk.beds import Bed, Room
from desk.capacity import Location
from desk.cells import WrongCell
from desk.households import Household
from desk.night import Night
from desk.refusals import Refused
from desk.replica import Target, host_key, of_stores
from desk.told import registration
from screens import arriving, asking, steps, terminals
from screens.capacity.screen import day_said
from screens.cli.line import begun_in
from screens.door import swept
from screens.start import WrongLine, read_given
from storage import clock as running
from tests.hostile.parsers import all_safe, counted, must, parser, safe, text_of

NOW = datetime(2022, 4, 8, 0, 41, tzinfo=UTC)
TODAY = date(2022, 4, 8)
TZ = ZoneInfo("Europe/Amsterdam")


@cache
def night() -> Night:
    """A night with somebody and something in it to be named."""
    return Night(
        at=NOW,
        rooms=(Room(id=1, name="12"), Room(id=2, name="Zaal (2)")),
        beds=(Bed(id=1, room=1, number=3), Bed(id=2, room=2, number=1)),
        households=(Household(id=1, ref="H-220407-1", name="Petrenko Olena", native_name="Петренко", people=2),),
        locations=(Location(id=1, name="De Windroos", municipality=1),),
    )


def _time(at: datetime) -> None:
    must(at.tzinfo is not None, "has no zone", at)
    must(datetime.fromisoformat(clock.iso(at, TZ)) == clock.seconds(at), "is another time when it is read back", at)
    safe(clock.when(at, NOW, TZ), clock.hhmm(at, TZ), clock.span(at - NOW))
    clock.night_of(at, TZ)


@parser("time", "03:40", "+2h10", "-15m", "2022-04-08", "T03:40", "Z", "+02:00", "2022-W14-5", "2022-098", "+", "u")
def _(raw: bytes) -> None:
    for ahead in (False, True):
        try:
            _time(clock.parse_time(text_of(raw), NOW, TZ, ahead=ahead))
        except Refused:
            if ahead:
                raise
    _time(clock.parse_time(clock.with_dashes(text_of(raw)), NOW, TZ))


@parser("time-at-the-end", "bus is here", "@03:20", " @-15m", "@2022-04-08T03:20", "@", " ")
def _(raw: bytes) -> None:
    _said, at = asking.split_time(text_of(raw), NOW, TZ)
    if at is not None:
        _time(at)


@parser("day", "14-4", "8/4/2022", "7.4.2022", "2022-04-14", "-", "31-2", "29-2")
def _(raw: bytes) -> None:
    day = day_said(text_of(raw), TODAY)
    must(date.fromisoformat(day.isoformat()) == day, "is no day", day)


_CELLS: tuple[Callable[[object], object], ...] = (
    cells.text(),
    cells.text(20),
    cells.yes_no,
    cells.whole(),
    cells.whole(0, 110),
    cells.day,
    cells.when(TZ),
    cells.local_day(TZ),
    cells.moment(TZ),
    cells.hours,
    cells.choice(words.NEED_WORDS),
    cells.several(cells.choice(words.GROUP_WORDS), any_is_empty=True),
    cells.several(cells.nationality),
    cells.spoken,
    cells.sex,
    meeting_sheets.kind,
    meeting_sheets.due(TZ),
    cells.choice(decisions.STATE_WORDS),
)
_COLUMNS = (
    *(
        column
        for columns in (imports.ROOMS, imports.MUNICIPALITIES, imports.location_columns(TZ))
        for column in columns
    ),
    *passengers.columns(TODAY),
)


@parser(
    "cell",
    *("yes", "nee", "1.250", "1250.0", "7-4-2022", "2022-04-07 21:15", "08:00-20:00", "24/7", "family", "alle", "UKR"),
    *("Oekraïens", "v", "GM0141", "K)", "uur", "+02:00", "12.000.000"),
)
def _(raw: bytes) -> None:
    typed = text_of(raw)
    for read in (*_CELLS, *(column.read for column in _COLUMNS)):
        try:
            found = read(typed)
        except WrongCell as wrong:
            safe(wrong.reason)
            must(len(wrong.reason) < 1_000, "a reason without end", wrong.reason)
            continue
        all_safe([found])
        if isinstance(found, datetime):
            _time(found)


@parser("number", "51", "1.250", "1,250", "51 the wrong bus", "9" * 30, "-3", "20m 15n")
def _(raw: bytes) -> None:
    typed = text_of(raw)
    groups, _rest = stepped_out.stepped_out(typed)
    counted(*groups.values())
    stepped_out.told(groups)
    language.is_number(typed)
    counted(steps.number_and_words(typed)[0])


@parser(
    "household-line",
    *("Petrenko 5 2a 3c cot", "2v", "3k", "16", "16j", "m", "f", "x", "2cot", "dog", "2 cats", "UKR", "lang:ru"),
    *("nat:SYR", '"Room 5" 3', "uam", "ground floor", "hulp bij ontruiming", "personen", ",", ";"),
)
def _(raw: bytes) -> None:
    line = household_line.parse(text_of(raw))
    safe(line.name, line.pet_kind, line.understood, *line.doubts)
    must(1 <= line.people <= household_line.MOST_PEOPLE, "no household has so many people", line.people)
    for number in (line.adults, line.children, line.cots, line.pets, *line.ages):
        must(number is None or number >= 0, "fewer than none", number)
    # more than there are people is doubted, and then held against the same limits as what comes by another way
    registration({name: getattr(line, name) for name in ("name", "people", "adults", "children", "cots", "pets")})


@parser(
    "log-line",
    *("incident fire: smoke in room 12", "call 02:50", "note:", "K: x", "besluit:", "bel terug", "H-0407-1", "12-3"),
    *("Petrenko", "Петренко", "De Windroos", "kamer Zaal", "@03:20"),
)
def _(raw: bytes) -> None:
    typed = text_of(raw)
    said = log_line.parse(typed, night(), NOW)
    log_line.warnings(typed, night(), "log 1")
    log_line.by_number(typed, log_line.named(typed, night()), night())
    said.understood(night())
    if said.back_at is not None:
        _time(said.back_at)


@parser(
    "clean",
    *("\x1b[31m", "\x1b]0;title\x07", "\x9b", "\x90", "\x9c", "\u202e", "\u200b", "\u200d", "\ufe0f", "\u034f"),
    *("👩", "❤", "\ud800", "1\ufe0f\u20e3", "e\u0301", "\u0301\u0316", "[red]", "[/]", "\r\n", "\u2028"),
)
def _(raw: bytes) -> None:
    typed = text_of(raw)
    for lines in (False, True):
        kept = names.clean(typed, limit=10**9, lines=lines)
        safe(kept, lines=lines)
        must(names.clean(kept, limit=10**9, lines=lines) == kept, "another text when it is cleaned again", kept)
        must(not kept or any(not c.isspace() for c in kept), "shows nothing", kept)
    key = names.fold(typed[:300])
    must(key.isascii(), "is no key", key)
    must(not key or names.matches(kept[:300], kept), "does not find itself", kept)


@parser("reference", "B-0407-2", "h-220407-3", "P-", "R-9999-9999", "H-0407-1.2")
def _(raw: bytes) -> None:
    typed = text_of(raw)
    references.said(typed, TODAY)
    references.spoken(typed)
    for ref in references.meant(typed, "BHPR"):
        safe(references.said(ref, TODAY))


@parser("answer", "yes 20 after Easter", "ja", "onder voorwaarden", "undecided", "no", "20")
def _(raw: bytes) -> None:
    _state, number, _words = requests.understood(text_of(raw))
    counted(number)


@parser(
    "setting",
    *("report_times\n", "08:00,16:00", "time_zone\n", "Europe/Amsterdam", "target\n", "2000", "minimum_staff\n"),
    *("coordinator 1, host 2", "printer\n", "bell\n", "yes", "language\n", "nl", "handover\n", "night_starts\n"),
)
def _(raw: bytes) -> None:
    name, _line, value = text_of(raw).partition("\n")
    stored = settings.changed(name, names.clean(value))
    made = settings.from_rows({name: stored})
    safe(made.as_text(name), made.hhmm(NOW))
    must(settings.changed(name, stored) == stored, "is another value when it is read back", stored)


_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1fl5Q7sVnL3pJmG1m2m3m4m5m6m7m8m9m0m1m2m3m4 anna@laptop"


@parser("key", _KEY, "ssh-rsa ", "AAAAB3NzaC1yc2E=", "-----BEGIN OPENSSH PRIVATE KEY-----", "# comment\n", "\n", "\r")
def _(raw: bytes) -> None:
    public = operators.public_key(text_of(raw))
    must(public.isascii() and public.isprintable(), "is no key", public)
    line = operators.line(operators.Operator(name="Anna", key=public), ["desk"], "/store.db")
    must(len(line.splitlines()) == 1, "more than a line", line)


@parser("operator-name", "Anna", "O'Brien", "-", '"', "\\", "$(x)", "`", "\n", "door", "Мар’яна")
def _(raw: bytes) -> None:
    name = operators.checked_name(text_of(raw))
    safe(name)
    line = operators.line(operators.Operator(name=name, key="ssh-ed25519 AAAA"), ["desk"], "/store.db")
    must(len(line.splitlines()) == 1, "more than a line", line)
    # as sshd reads it: the command goes up to the first quotation mark without a backslash before it
    inside = line.removeprefix('command="').partition('",restrict')[0]
    must('"' not in inside.replace('\\"', ""), "the command ends early", line)


@parser(
    "authorized-keys",
    "# desk /store.db: kept by `desk operator`, do not edit\n",
    "# desk /store.db: end\n",
    _KEY + "\n",
)
def _(raw: bytes) -> None:
    text = text_of(raw)
    own = ["command=x ssh-ed25519 BBBB doorstroom"]
    made = operators.with_block(text, "/store.db", own, "file")
    must(operators.with_block(made, "/store.db", own, "file") == made, "is another file the second time", made)


@parser("pin", "4821", "0000", "1234", "١٢٣٤", "²³")
def _(raw: bytes) -> None:
    pins.checked(text_of(raw))


@parser("slip-text", "[leaves]\n", "[waits]", "[all]\n", "{room}", "{pickup}", "{", "}", "# \n", "{x}")
def _(raw: bytes) -> None:
    slips.slip(night(), night().households[0], slips.read("nl", "nl.txt", text_of(raw)))


@parser("names-of-files", "desk-20220408T004100Z-12.db", "12-0a0b0c0d-0a0b0c0d-20220408T004100Z", "9" * 30)
def _(raw: bytes) -> None:
    typed = text_of(raw)
    backup = backups.Backup.of(Path(typed))
    if backup is not None:
        counted(backup.action)
    mark = paper.read_mark(typed)
    if mark is not None:
        counted(mark.version)


@parser(
    "environment", "xterm-256color", "dumb", "nl_NL.UTF-8", "2022-04-08T02:41+02:00", "0001-01-01", "9999-12-31T23:59"
)
def _(raw: bytes) -> None:
    told = text_of(raw)
    language.of_locale(told)
    all_of = dict.fromkeys(("TERM", "LC_ALL", "LANG", "COLORTERM", "NO_COLOR", "DESK_STORE", "PYTHONPATH"), told)
    swept(all_of)
    must("DESK_STORE" not in all_of and "PYTHONPATH" not in all_of, "a client steers the program", all_of)
    try:
        terminals.read(all_of)
    except Refused as no:
        must(len(str(no)) < 1_000, "a refusal without end", str(no))
    running.running(told or "-")().astimezone(TZ)


@parser("arguments", "--store\n", "--as\n", "--language\n", "nl\n", "--language=en\n", "--store=", "now\n", "door")
def _(raw: bytes) -> None:
    try:
        read_given(text_of(raw).split("\n"))
    except WrongLine as wrong:
        must(len(str(wrong)) < 1_000, "a sentence without end", str(wrong))


@parser("begun-line", "bus announce --from ", "'", '"', "\\", "household ", "Mar'yana")
def _(raw: bytes) -> None:
    begun_in(text_of(raw))


@parser("terminal", "\x1b[A", "\x1b[200~", "\x1b[201~", "\x1bOP", "\x1b]0;", "\x07", "\x1b[<0;1;1M", "a", "\x1b[[A")
def _(raw: bytes) -> None:
    for unicode in (True, False):
        line, heard = arriving.Arriving(unicode=unicode), []
        half = len(raw) // 2
        for at, piece in ((0.0, raw[:half]), (0.01, raw[half:]), (5.0, b""), (10.0, b""), (15.0, b"")):
            heard += line.read(piece, at)
        for one in heard:
            if isinstance(one, events.Paste):
                safe_paste = one.text.replace("\r", "").replace("\t", "")
                must(not any(c < " " and c != "\n" or c == "\x7f" for c in safe_paste), "a paste that steers", one.text)
            elif isinstance(one, events.Key) and one.is_printable:
                must(one.character is None or one.character.isprintable(), "a key that steers", one.character)


@parser(
    "replica", "file:/srv/replica", "sftp://desk@second.example:2222/srv/replica/oldenzaal", "sftp://", "@", "..", ":"
)
def _(raw: bytes) -> None:
    target = Target.of(text_of(raw))
    safe(target.host, target.user)
    must(Target.of(str(target)) == target, "is another place when it is read back", target)


@parser(
    "host-key",
    "second.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
    "ecdsa-sha2-nistp256 ",
    "ssh-ed25519 ",
    "==",
)
def _(raw: bytes) -> None:
    safe(host_key(text_of(raw)))


@parser("names-of-replicas", "0123abcd-000001", "-", "999999")
def _(raw: bytes) -> None:
    for store, found in of_stores(text_of(raw).split("\n")).items():
        must(len(store) == 8 and found == sorted(found, reverse=True), "is in another order", found)
