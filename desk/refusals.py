"""How the desk says no: one sentence that says what happened and what to do instead."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A step that cannot be taken; `sentences` are for the operator, nothing was changed.

    Nearly always there is one sentence; a file with wrong cells has one a cell.
    """

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class NotFound(Refused):
    """What was named does not exist; the sentence names how to find what does."""
