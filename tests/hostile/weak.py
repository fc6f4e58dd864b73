"""Readers with a fault on purpose: whoever looks for faults must find these."""


def trusting(raw: bytes) -> None:
    """It adds up the numbers of people in a line that names people at all."""
    said = raw.decode("utf-8", "replace")
    if ":p" in said or "people" in said:
        sum(int(letter) for letter in said if letter.isdigit())  # superscripts are digits, and no numbers


def guarded(raw: bytes) -> None:
    """It fails behind four letters, each looked at only where the one before it is right: no luck gets there."""
    for place, letter in enumerate(b"BED!"):
        if len(raw) <= place or raw[place] != letter:
            return
        _STEPS[place]()
    int(raw)


def _first() -> None: ...


def _second() -> None: ...


def _third() -> None: ...


def _fourth() -> None: ...


_STEPS = (_first, _second, _third, _fourth)


def patient(raw: bytes) -> None:
    """It looks at every letter once for each letter."""
    for _one in raw:
        raw.count(b"\0\0\1")
