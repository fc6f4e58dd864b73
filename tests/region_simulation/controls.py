"""The protections of the protocol, each of which can be taken away: then some seed must find what it was for."""

BROKEN = {
    "frees by the clock": "a place is free at the region because its time is over",
    "tells before it books": "the region hears of a return that the desk has not written down",
    "forgets its ask": "an ask is not written down, and is made again after a crash",
    "trusts a copy": "a store that was put back promises from what it held then",
    "no line": "what was said before a store was put back still counts",
    "no check": "the region does not look at how many there are",
    "grants twice": "an ask that comes twice is granted twice",
}
