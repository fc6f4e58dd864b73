"""The barest program on a terminal that shows something: Textual's own table with sixty rows, and a line of keys."""

from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

ROWS = 60
KEYS = "q quit"


class Table(App[None]):
    """Sixty beds, nothing else."""

    CSS = "DataTable { height: 1fr; }"
    BINDINGS = [("q", "quit", "quit")]

    def compose(self) -> ComposeResult:
        """A table that takes the keys, and the keys below it."""
        yield DataTable(cursor_type="row")
        yield Static(KEYS)

    def on_mount(self) -> None:
        """Fill the table."""
        table: DataTable[Any] = self.query_one(DataTable)
        table.add_columns("bed", "state", "name", "people")
        table.add_rows((f"{n // 4 + 1}-{n % 4 + 1}", "occupied", f"household {n}", str(n % 5 + 1)) for n in range(ROWS))


if __name__ == "__main__":
    Table().run(mouse=False)
