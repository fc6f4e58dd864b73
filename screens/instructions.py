"""Standing instructions of the board as rows: press with the phones and the log, and so on."""

from desk.instructions import instructions
from desk.night import Night, kept
from screens.lines import Row, fit


@kept
def instruction_rows(night: Night, topic: str, width: int) -> tuple[Row, ...]:
    """The standing instructions of a topic, one line each."""
    found = []
    for words, which in instructions(night, topic):
        tail = f"  {which} "
        found.append(Row(((fit(f" {words}", width - len(tail)), "warn"), (tail, "dim"))))
    return tuple(found)
