"""Help, made from the table of keys: those that work on the line one came from stand first."""

from desk.language import _
from screens import keys
from screens.lines import Row, fit, rule, text


def rows(live: set[str], width: int) -> list[Row]:
    """Every key with its one meaning."""
    found = [
        Row(text(" " + _("A clock in the top line that stands still means a dead line:"), "bold")),
        Row(text(" " + _("close the window and log in again."), "bold")),
        Row(text(" " + _("Nothing typed is lost. A wrong step: u takes it back. Capitals do nothing."))),
        Row(()),
        Row(rule(_("Work on the line you came from"), width)),
    ]
    found += [_line(key) for key in keys.TABLE if key.id in live]
    found += [Row(()), Row(rule(_("All keys"), width))]
    return found + [_line(key) for key in keys.TABLE if key.id not in live]


def _line(key: keys.Key) -> Row:
    return Row((("  " + fit(key.shown, 6), "bold"), (_(key.meaning), "")))
