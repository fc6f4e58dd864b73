"""The texts of the code, and the catalogue of each language that says them: `desk/locale/<code>/LC_MESSAGES/desk.po`.

Which languages there are is told by these files and nowhere else; English is the key.
"""

from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FLOORS = ("desk", "storage", "screens")
LOCALES = Path("desk/locale")
HOUSE = "nl"
"""The language of a store that is told none; the first catalogue that there is."""
PO = LOCALES / HOUSE / "LC_MESSAGES" / "desk.po"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}

# A text as the code has it: one form, or the singular and the plural.
Text: TypeAlias = str | tuple[str, ...]


def po_of(language: str) -> Path:
    """The catalogue of a language, from the root of the repository."""
    return LOCALES / language / "LC_MESSAGES" / "desk.po"


def languages(root: Path = ROOT) -> list[str]:
    """The languages that have a catalogue, in the order of their codes."""
    return sorted(path.parent.parent.name for path in (root / LOCALES).glob("*/LC_MESSAGES/desk.po"))


def compiled(root: Path, language: str) -> bytes:
    """A catalogue as the program reads it."""
    found = BytesIO()
    write_mo(found, read_catalogue(root, language))
    return found.getvalue()


def read_catalogue(root: Path = ROOT, language: str = HOUSE) -> Catalog:
    """A catalogue as people edit it."""
    with (root / po_of(language)).open("rb") as source:
        return read_po(source, locale=language)


def texts_in_code(root: Path = ROOT) -> set[Text]:
    """Every text the code marks for translation, on all floors."""
    found: set[Text] = set()
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            with path.open("rb") as source:
                found.update(text for _, text, _, _ in extract("python", source, keywords=KEYWORDS))
    return found


def catalogue_differences(root: Path = ROOT, language: str = HOUSE) -> tuple[list[str], list[str]]:
    """The texts of the code that the catalogue lacks, and those of the catalogue that no code says any more."""
    if not (root / po_of(language)).exists():
        return [], []
    code = texts_in_code(root)
    catalogue = {_text(message) for message in read_catalogue(root, language) if message.id}
    return _sorted(code - catalogue), _sorted(catalogue - code)


def update_catalogue(root: Path = ROOT, language: str = HOUSE) -> None:
    """Bring the catalogue's texts up to the code's; new ones have no translation, unused ones go.

    No guesses, no line numbers and one line a text: a change of the code is a small change of the catalogue.
    """
    template = Catalog()
    for text in texts_in_code(root):
        template.add(text)
    file = root / po_of(language)
    if file.exists():
        catalogue = read_catalogue(root, language)
    else:
        head = f"# The {Locale.parse(language).english_name} of Doorstroom."
        catalogue = Catalog(locale=language, project="doorstroom", header_comment=head, fuzzy=False)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)


def _text(message: Message) -> Text:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _sorted(texts: set[Text]) -> list[str]:
    return sorted(text if isinstance(text, str) else text[0] for text in texts)
