"""What a kind of fault did: how many were put in, and what was lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Found:
    """The faults of one kind."""

    kind: str
    injected: int = 0
    lost: list[str] = field(default_factory=list)
    impossible: str = ""
    """Why this machine cannot put such faults in; empty where it can."""

    def add(self, where: str, wrong: Sequence[str], *, hit: bool = True) -> None:
        """One more fault, and what it broke; it counts where it came to be."""
        self.injected += hit
        self.lost += [f"{where}: {sentence}" for sentence in wrong]

    def line(self) -> str:
        """One line of the report."""
        if self.impossible:
            return f"{self.kind:<42}{self.injected:>8}   not tried: {self.impossible}"
        lost = "nothing" if not self.lost else f"{len(self.lost)}, first: {self.lost[0]}"
        return f"{self.kind:<42}{self.injected:>8}   lost: {lost}"
