"""Reaching the nation's PostgreSQL: as a region's is reached, with sentences about the nation."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from desk.language import _
from desk.refusals import Refused
from storage.nation import schema
from storage.region import server


@contextmanager
def reached(address: str, *, writes: bool = False) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A line to a nation that this program knows; with `writes` to one that can be written."""
    with connected(address, writes=writes) as conn:
        schema.must_be_known(conn)
        yield conn


@contextmanager
def connected(address: str, *, writes: bool = True) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A line to a PostgreSQL server, whatever is in it."""
    with server.connected(address, writes=writes, words=WORDS) as conn:
        yield conn


@contextmanager
def spoken() -> Iterator[None]:
    """What the server or the line says, as a sentence."""
    try:
        yield
    except psycopg.Error as wrong:
        raise _said(wrong) from wrong


def _said(wrong: psycopg.Error) -> Refused:
    text = str(wrong)
    why = server.first_line(text)
    if wrong.sqlstate is None:
        if "password" in text or "authentication" in text:
            return Refused(_("The nation does not take this name or password. It belongs in ~/.pgpass (mode 0600)."))
        return server.Unreachable(_unreachable(why))
    if wrong.sqlstate in server.TRANSIENT or wrong.sqlstate.startswith("08"):
        return server.Unreachable(_unreachable(why))
    if isinstance(wrong, errors.InsufficientPrivilege):
        return Refused(
            _("This role may not do that in the nation: {why}. Whoever keeps it is a superuser there.").format(why=why)
        )
    return Refused(_("The nation said: {why}.").format(why=why))


@contextmanager
def of_a_region() -> Iterator[None]:
    """The same of a region, as who reads it from the nation is told."""
    try:
        yield
    except psycopg.Error as wrong:
        raise Refused(_region_unread(server.first_line(str(wrong)))) from wrong


def _region_unread(why: str) -> str:
    return _("The region cannot be read: {why}.").format(why=why)


def _unreachable(why: str) -> str:
    return _("The nation cannot be reached: {why}.").format(why=why)


WORDS = server.Words(spoken, _unreachable)
REGION_WORDS = server.Words(of_a_region, _region_unread)
