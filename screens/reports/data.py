"""A report for other programs: one JSON document."""

import json

from desk.reports.document import Document


def render(document: Document) -> bytes:
    """The document's own record, in UTF-8."""
    return (json.dumps(document.data, ensure_ascii=False, indent=1) + "\n").encode()
