"""The region a desk belongs to, as its store keeps it, and how the line fares, as the file beside the store does.

Nothing here reaches the region: the screens show it whether the line is there or not.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from desk.language import _
from desk.refusals import Refused
from desk.region.link import LinkState, RegionLink
from storage.aside import Aside
from storage.database import Store
from storage.rows import read, to_text, to_time

_KEPT = frozenset("reached_at unreachable_since why told lost lost_at clock_off_s".split())
STATE, INSTANCE, DESKS = "region", "region instance", "region desks"
"""Under which names the file beside the store keeps how the line fares, which of two copies of a store this is, and
which other desks there are."""


def link_of(db: Store) -> RegionLink | None:
    """The region this desk belongs to; None where it belongs to none."""
    return next(iter(read(db, RegionLink)), None)


def state_of(aside: Aside, link: RegionLink, version: int) -> LinkState:
    """How the line fares, with what waits now that the journal is at that number."""
    kept = _kept(aside)
    if kept.get("of") != link.region_uid:  # of a region that was left, or none was tried yet
        return LinkState(link.region, link.joined_at, waiting=version)
    told = int(str(kept.get("told", 0)))
    return LinkState(
        region=link.region,
        joined_at=link.joined_at,
        reached_at=_moment(kept.get("reached_at")),
        unreachable_since=_moment(kept.get("unreachable_since")),
        why=str(kept.get("why", "")),
        told=told,
        waiting=max(0, version - told),
        lost=int(str(kept.get("lost", 0))),
        lost_at=_moment(kept.get("lost_at")),
        clock_off_s=int(str(kept.get("clock_off_s", 0))),
    )


def reached(aside: Aside, link: RegionLink, state: LinkState) -> None:
    """The region was reached, and this is what it said."""
    _keep(aside, link, state)


def not_reached(aside: Aside, link: RegionLink, at: datetime, why: str) -> LinkState:
    """A try went wrong; it counts from the first of them on."""
    state = state_of(aside, link, 0)
    state = replace(state, unreachable_since=state.unreachable_since or at, why=why)
    _keep(aside, link, state)
    return state


def forget(aside: Aside) -> None:
    """The region was left."""
    aside.prefer("", STATE, "")
    aside.prefer("", DESKS, "")


def keep_desks(aside: Aside, names: Sequence[str]) -> None:
    """The other desks of the region, for whoever sends a bus to one, also while the line is cut."""
    text = json.dumps(list(names), ensure_ascii=False)
    if text != aside.preference("", DESKS):
        aside.prefer("", DESKS, text)


def desks_of(aside: Aside) -> list[str]:
    """The other desks of the region, as they were last heard."""
    with suppress(ValueError):
        found = json.loads(aside.preference("", DESKS) or "[]")
        return [str(name) for name in found] if isinstance(found, list) else []
    return []


def desk_named(aside: Aside, said: str) -> str:
    """A desk of the region as the region calls it, in whatever case it was typed."""
    names = desks_of(aside)
    for name in names:
        if name.casefold() == " ".join(said.split()).casefold():
            return name
    if not names:
        raise Refused(_("Which desks the region has is not known here yet. Do: desk region push"))
    raise Refused(_("The region has no desk {name}. There are: {names}").format(name=said[:60], names=", ".join(names)))


def instance(aside: Aside) -> str:
    """The name of this copy of the store: it stays beside the file, and no backup takes it along."""
    known = aside.preference("", INSTANCE)
    if not known:
        known = uuid4().hex
        aside.prefer("", INSTANCE, known)
    return known


def passfile(store: Path) -> Path:
    """Where the password of this desk lies, beside the store and for its account only."""
    return store.with_name(store.name + ".region")


def _kept(aside: Aside) -> dict[str, object]:
    text = aside.preference("", STATE)
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _keep(aside: Aside, link: RegionLink, state: LinkState) -> None:
    values = {name: value for name, value in vars(state).items() if value and name in _KEPT}
    what = {name: to_text(value) if isinstance(value, datetime) else value for name, value in values.items()}
    text = json.dumps({"of": link.region_uid, **what}, ensure_ascii=False, sort_keys=True)
    if text != aside.preference("", STATE):
        aside.prefer("", STATE, text)


def _moment(text: object) -> datetime | None:
    return to_time(str(text)) if text else None
