"""The power goes: what was synced is on the disk, of the rest anything may be, whole, torn or not at all.

A desk works under strace; its writes and syncs make images of the disk as it might have been at any moment, and each is
opened and held against what had been acknowledged by then.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults.judge import Said, wrong
from tests.faults.place import Place, files
from tests.faults.report import Found

ACTIONS = 30
SECTOR = 512
_CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink"
_LINE = re.compile(r"\d+ +(\w+)\((?:(\d+)<([^>]*)>)?(.*)\) += (-?\d+)")
_HEX = re.compile(r"\\x([0-9a-f]{2})")


@dataclass
class Event:
    """One call that changes what is on the disk, or tells that an action is done."""

    call: str
    file: str
    data: bytes = b""
    offset: int = 0


@dataclass
class Disk:
    """What is on the disk for sure, and what was written since and may be there or not, by file."""

    sure: dict[str, bytearray]
    loose: dict[str, list[Event]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """One more call."""
        if event.call in {"fsync", "fdatasync"}:
            for one in self.loose.pop(event.file, []):
                _apply(self.sure, one)
        else:
            self.loose.setdefault(event.file, []).append(event)

    def as_it_might_be(self, random: Random) -> dict[str, bytearray]:
        """The disk once the power is back."""
        image = {name: bytearray(content) for name, content in self.sure.items()}
        for events in self.loose.values():
            chance = random.choice((0.0, 0.3, 0.7, 1.0))
            for event in events:
                if random.random() < chance:
                    _apply(image, _torn(event, random))
        return image


def cuts(place: Place, seed: int, images: int) -> Found:
    """Cut the power at so many moments of a desk's work."""
    found = Found("the power is cut")
    store = place.store()
    disk = Disk({str(store): bytearray(store.read_bytes())})
    said, events = _record(place, store, seed)
    random = Random(seed)
    at = sorted(random.choices(range(len(events) + 1), k=images))
    known = Said(begun=said.begun)
    taken = 0
    for number, moment in enumerate(at):
        for event in events[taken:moment]:
            if event.call == "said":
                known.acknowledged |= Said().hear(event.data.decode()).acknowledged
            else:
                disk.take(event)
        taken = moment
        image = place.folder / f"image-{number}"
        image.mkdir()
        for name, content in disk.as_it_might_be(random).items():
            (image / Path(name).name).write_bytes(content)
        found.add(f"after call {moment}", wrong(image / store.name, known))
    return found


def _record(place: Place, store: Path, seed: int) -> tuple[Said, list[Event]]:
    trace = store.with_name("trace")
    around = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "70000", "-o", str(trace)]
    said = place.write(store, "--actions", str(ACTIONS), "--seed", str(seed), around=[*around, "-e", f"trace={_CALLS}"])
    return said, list(_events(trace, files(store)))


def _events(trace: Path, wanted: list[str]) -> Iterator[Event]:
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            matched = _LINE.match(line)
            if matched is None or int(matched[5]) < 0:
                continue
            call, fd, where, rest = matched[1], matched[2], _bytes(matched[3] or "").decode(), matched[4]
            if call == "write" and fd == "1":
                yield Event("said", "", _bytes(rest))
            elif call == "unlink":
                if (name := _bytes(rest).decode()) in wanted:
                    yield Event(call, name)
            elif where in wanted:
                numbers = rest.rpartition('"')[2].replace(",", " ").split()
                if call == "pwrite64":
                    yield Event(call, where, _bytes(rest), int(numbers[1]))
                elif call == "ftruncate":
                    yield Event(call, where, offset=int(numbers[0]))
                elif call != "write":
                    yield Event(call, where)


def _bytes(text: str) -> bytes:
    return bytes(int(pair, 16) for pair in _HEX.findall(text))


def _torn(event: Event, random: Random) -> Event:
    """A write of which only some sectors reached the disk."""
    sectors = len(event.data) // SECTOR
    if event.call != "pwrite64" or sectors < 2 or random.random() < 0.5:
        return event
    return Event(event.call, event.file, event.data[: random.randrange(sectors) * SECTOR], event.offset)


def _apply(files_: dict[str, bytearray], event: Event) -> None:
    if event.call == "unlink":
        files_.pop(event.file, None)
        return
    content = files_.setdefault(event.file, bytearray())
    if event.call == "ftruncate":
        del content[event.offset :]
        content.extend(b"\0" * (event.offset - len(content)))
        return
    content.extend(b"\0" * (event.offset + len(event.data) - len(content)))
    content[event.offset : event.offset + len(event.data)] = event.data
