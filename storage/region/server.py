"""Reaching the region's PostgreSQL; each way in which that goes wrong is a sentence.

    with reached(address, passfile) as region:
        region.conn.execute(…)

A server elsewhere is asked for its certificate (`verify-full`), unless the address itself says otherwise.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from desk.language import _
from desk.names import clean
from desk.refusals import Refused
from desk.region.link import RegionLink
from storage.region import schema
from storage.region.link import passfile

try:
    import psycopg
    from psycopg import conninfo, errors
except ImportError as missing:
    raise Refused(
        _("What reaches a region is not installed with this desk (psycopg). How to: docs/region.md")
    ) from missing

SNAPSHOT = psycopg.IsolationLevel.REPEATABLE_READ
CONNECT_WITHIN_S = 8
ANSWER_WITHIN_S = 20
"""The server ends a statement that takes longer; a server that says nothing at all is given up a little later."""
_SECRET = ("password", "sslpassword", "passfile")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
TRANSIENT = frozenset(("57P01", "57P02", "57P03", "57014", "55P03", "40001", "40P01", "53300"))
"""The server stops, starts, is full of others, or somebody holds a row: the same is tried again later."""


class GoneOn(Refused):
    """The region knows more, or less, than it was thought to: it is asked anew."""


class Unreachable(Refused):
    """The region cannot be reached now; nothing is wrong with what was asked."""


class Words(NamedTuple):
    """How it is said what went wrong: of a database error, and of a server that is not reached."""

    spoken: Callable[[], AbstractContextManager[None]]
    unreachable: Callable[[str], str]


@dataclass(frozen=True)
class Region:
    """An open line to the region, and which migrations it has."""

    conn: "psycopg.Connection[tuple[object, ...]]"
    migrations: Mapping[str, bool]

    def must_have(self, migration: str) -> None:
        """Refuse where the region is older than what is asked of it."""
        schema.must_have(self.migrations, migration)


def reached_by(link: RegionLink, store: Path, *, writes: bool = True) -> AbstractContextManager["Region"]:
    """A line from a desk to the region it belongs to, with the password that lies beside its store."""
    return reached(link.address, passfile(store), writes=writes)


@contextmanager
def reached(address: str, passfile: Path | None = None, *, writes: bool = True) -> Iterator[Region]:
    """A line to a region that this program knows; with `writes` to one that can be written."""
    with connected(address, passfile, writes=writes) as conn, spoken():
        there = schema.applied(conn)
        schema.refuse_newer(there)
        schema.must_have(there)
        yield Region(conn, there)


@contextmanager
def connected(
    address: str,
    passfile: Path | None = None,
    *,
    writes: bool = True,
    words: "Words | None" = None,
) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A line to a PostgreSQL server, whatever is in it; every statement by itself unless `conn.transaction()`."""
    say = words or Words(spoken, _unreachable)
    with say.spoken():
        given = parameters(address)
        if passfile is not None and "password" not in given:
            given["passfile"] = str(passfile)
        conn = psycopg.connect(**given, autocommit=True)  # type: ignore[arg-type]
    try:
        with say.spoken(), answering(conn, words=say):
            _begin(conn, writes=writes)
        with say.spoken():
            yield conn
    finally:
        conn.close()


def _begin(conn: "psycopg.Connection[tuple[object, ...]]", *, writes: bool) -> None:
    row = conn.execute(
        "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false),"
        " set_config('idle_in_transaction_session_timeout', %s, false), set_config('search_path', 'pg_catalog', false),"
        " pg_is_in_recovery(), current_setting('server_version_num')::integer",
        [f"{ANSWER_WITHIN_S}s", f"{ANSWER_WITHIN_S // 2}s", "60s"],
    ).fetchone()
    assert row is not None
    if writes and row[4]:
        raise Refused(_read_only())
    if int(str(row[5])) < schema.LEAST_SERVER:
        raise Refused(_("PostgreSQL 15 or newer is needed; this is {version}.").format(version=row[5]))


def parameters(address: str) -> dict[str, str]:
    """What libpq is told: the address as given, with what is safe where it says nothing."""
    try:
        given = {name: str(value) for name, value in conninfo.conninfo_to_dict(address).items() if value is not None}
    except psycopg.Error as wrong:
        raise Refused(_no_address(without_secrets(address))) from wrong
    defaults = {
        "connect_timeout": str(CONNECT_WITHIN_S),
        "application_name": "doorstroom",
        "keepalives_idle": "15",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": str(ANSWER_WITHIN_S * 1000),
    }
    if not is_this_machine(given) and "PGSSLMODE" not in os.environ:
        defaults["sslmode"] = "verify-full"
    return {**defaults, **given}


def is_this_machine(given: Mapping[str, str]) -> bool:
    """Whether what is said never leaves this machine: a socket, or loopback."""
    hosts = [one for one in f"{given.get('host', '')},{given.get('hostaddr', '')}".split(",") if one]
    return all(one.startswith(("/", "@")) or one in _LOOPBACK for one in hosts)


def without_secrets(address: str) -> str:
    """The address as it may be kept and shown: without a password."""
    try:
        given = conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        return address.partition(" ")[0].rpartition("@")[2]
    return conninfo.make_conninfo(**{name: str(value) for name, value in given.items() if name not in _SECRET})


@contextmanager
def answering(
    conn: "psycopg.Connection[tuple[object, ...]]", within_s: float = ANSWER_WITHIN_S + 5.0, words: Words | None = None
) -> Iterator[None]:
    """Give up a server that hangs: a line that stays open and says nothing would be waited for without end."""
    hung = threading.Event()

    def give_up() -> None:
        hung.set()
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(conn.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(within_s, give_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    except psycopg.Error:
        if hung.is_set():
            unreachable = words.unreachable if words is not None else _unreachable
            raise Unreachable(unreachable(_("it does not answer"))) from None
        raise
    finally:
        watch.cancel()


# --- what went wrong --------------------------------------------------------------------------


@contextmanager
def spoken() -> Iterator[None]:
    """What the server or the line says, as a sentence."""
    try:
        yield
    except psycopg.Error as wrong:
        raise said(wrong) from wrong


def said(wrong: psycopg.Error) -> Refused:
    """The sentence for what went wrong; what is for the operator to mend is told apart from a line that is cut."""
    if wrong.sqlstate is None:
        return _of_the_line(str(wrong))
    if wrong.sqlstate in TRANSIENT or wrong.sqlstate.startswith("08"):
        return Unreachable(_unreachable(first_line(str(wrong))))
    if (words := _of_the_region(wrong)) is not None:
        return GoneOn(words) if wrong.sqlstate in {"DS004", "DS005", "DS021"} else Refused(words)
    if isinstance(wrong, errors.UniqueViolation) and (wrong.diag.table_name or "").startswith("event"):
        return GoneOn(_("Another process told the region of this desk meanwhile. It is told again."))
    known = {
        errors.InsufficientPrivilege: _(
            "The role with which this desk comes in may not do that in the region. Its keeper looks at it:"
            " desk region init ADDRESS --desk NAME"
        ),
        errors.DiskFull: _("The disk of the region is full. Nothing was lost: what was done waits at this desk."),
        errors.ReadOnlySqlTransaction: _read_only(),
        errors.InvalidPassword: _wrong_password(),
    }
    for kind, sentence in known.items():
        if isinstance(wrong, kind):
            return Refused(sentence)
    return Refused(_("The region said: {why}. Nothing was changed there.").format(why=first_line(str(wrong))))


def _of_the_region(wrong: psycopg.Error) -> str | None:
    """What the region's own functions refuse: storage/region/tables.py has the codes."""
    detail = wrong.diag.message_detail or ""
    return {
        "DS001": _("This role is not joined to the region as a desk. Do: desk region join ADDRESS --name NAME"),
        "DS002": _(
            "Another store is known in the region under this name, since {since}. Choose another name; where that store"
            " is gone for good, the keeper of the region says so: desk region init ADDRESS --desk NAME --replace"
        ).format(since=detail[:16]),
        "DS003": _(
            "Another machine tells the region of this same store, last at {time}. Two copies of one store must not both"
            " be used: stop one of them. If that machine is gone, this one goes on five minutes later."
        ).format(time=detail[:16]),
        "DS004": _("The region found a gap behind action {number} and took nothing. It is told again.").format(
            number=detail
        ),
        "DS005": _("The region goes on in another epoch of this desk. It is told again."),
        "DS006": _("The region knows this store as the desk {name}. First leave as that: desk region leave").format(
            name=detail
        ),
        "DS007": _(
            "In the region this role is the desk {name}. Join under that name, or with the role of yours."
        ).format(name=detail),
        "DS021": _("The region goes on with this desk on another line. What is shared is asked for anew."),
    }.get(wrong.sqlstate or "")


def _of_the_line(text: str) -> Refused:
    """What libpq says when nobody is let in: it has no codes, and the server's words may be in its own language."""
    if "password" in text or "authentication" in text:
        return Refused(_wrong_password())
    if "does not support SSL" in text:
        return Refused(
            _("The region does not speak TLS. Nothing was sent. Its keeper switches it on (ssl = on, docs/region.md).")
        )
    if "certificate" in text:
        return Refused(
            _(
                "The region's certificate is not the one this desk trusts: {why}. Give the right one with"
                " sslrootcert=FILE in the address, and the host as the certificate names it."
            ).format(why=first_line(text))
        )
    if "invalid" in text and "option" in text:
        return Refused(_no_address(first_line(text)))
    if "pg_hba.conf" in text:
        return Refused(_("The region lets this role in from elsewhere only: its pg_hba.conf has no line for it."))
    if "database" in text and "does not exist" in text:
        return Refused(_("There is no such database at the region: {why}.").format(why=first_line(text)))
    return Unreachable(_unreachable(first_line(text)))


def _no_address(text: str) -> str:
    return _(
        "'{text}' is not an address of a region. As in:"
        " host=region.example dbname=doorstroom user=doorstroom_oldenzaal sslrootcert=/etc/ssl/region.pem"
    ).format(text=text[:80])


def _unreachable(why: str) -> str:
    return _("The region cannot be reached: {why}. This desk goes on, and what is done waits.").format(why=why)


def _wrong_password() -> str:
    return _(
        "The region does not take the name or the password of this desk. Its keeper gives a new one:"
        " desk region init ADDRESS --desk NAME --new-password"
    )


def _read_only() -> str:
    return _("This server is a copy that can only be read. Give the address of the one that is written.")


def first_line(text: str) -> str:
    """What libpq or a server says, without what is put before and after, and fit to be shown."""
    line = next((one for one in text.splitlines() if one.strip()), "")
    for before in ("failed: FATAL:", "failed:", "connection is bad:"):
        if before in line:
            line = line.rpartition(before)[2]
    return clean(line.strip().rstrip(".")[:160], limit=1_000)
