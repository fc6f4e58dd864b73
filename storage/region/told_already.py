"""What cannot be taken back by one desk alone, because another may know of it: each with what to do instead."""

from desk.language import _
from desk.refusals import Refused
from storage.database import Store

VERBS = frozenset(("region ask", "region return", "bus divert", "bus onward", "bus recall", "bus accept", "bus refuse"))


def refuse(db: Store, action: int, verb: str) -> None:
    """Refuse to undo an action of which another desk, or the region, may know."""
    if verb in {"bus divert", "bus onward"}:
        told = db.execute(
            "SELECT s.desk FROM change c JOIN sent_bus s ON s.id = c.row_id"
            " WHERE c.action = ? AND c.table_name = 'sent_bus' AND c.old IS NULL AND s.state <> 'new'",
            [action],
        ).fetchone()
        if told is not None:
            raise Refused(
                _("{desk} may know of it already. Ask it back: desk bus recall REF, or Enter on the bus.").format(
                    desk=told[0]
                )
            )
        return
    raise Refused(
        {
            "region ask": _(
                "What was asked of the region is not undone. What you do not need goes back: desk region return"
                " LOCATION N"
            ),
            "region return": _(
                "What was given back is not undone: another desk may have it. Ask anew: desk region ask LOCATION N"
            ),
            "bus recall": _("What was asked back is not undone: send it again (v)."),
            "bus accept": _("The other desk counts on your yes. To send the bus back: v, and that desk."),
            "bus refuse": _("The other desk has it back. If it is to come here after all, ask them to send it again."),
        }[verb]
    )
