"""The words of the slips for residents: those that came with the desk, or as the site edited them beside its store."""

from pathlib import Path

from desk import slips
from desk.language import _
from desk.refusals import Refused
from desk.slips import Text

_SHIPPED = Path(__file__).with_name("slip_texts")


class SlipTexts:
    """Reads the words; writes them where a site can edit them."""

    def __init__(self, store: Path) -> None:
        self.folder = store.absolute().parent / "slips"

    def text(self, language: str) -> Text:
        """The words of a language, as the site has them, else as they came; a wrong file is refused by its line."""
        own = self.folder / f"{language}.txt"
        file = own if own.exists() else _SHIPPED / own.name
        try:
            return slips.read(language, str(file), file.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            raise Refused(_("{file} is not UTF-8 text. Save it as UTF-8.").format(file=file)) from None
        except OSError as wrong:
            raise Refused(_("{file} cannot be read: {why}.").format(file=file, why=wrong.strerror or wrong)) from wrong

    def write(self) -> list[Path]:
        """Put the words that came with the desk beside the store, to be edited; a file that is there stays."""
        try:
            self.folder.mkdir(mode=0o755, exist_ok=True)
            made = []
            for language in slips.LANGUAGES:
                file = self.folder / f"{language}.txt"
                if not file.exists():
                    file.write_text((_SHIPPED / file.name).read_text(encoding="utf-8"), encoding="utf-8")
                    made.append(file)
        except OSError as wrong:
            raise Refused(
                _("{file} cannot be written: {why}.").format(file=self.folder, why=wrong.strerror or wrong)
            ) from wrong
        return made
