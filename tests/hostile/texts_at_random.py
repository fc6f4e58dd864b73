"""Texts at random for one parser: words of its grammar between what is hostile, for hypothesis."""

from hypothesis import strategies as st

from tests.hostile.parsers import Parser, bytes_of

PIECES = (
    *(
        "\x1b[31m",
        "\x1b]0;x\x07",
        "\x9b2J",
        "\x90",
        "\x1b",
        "[red]",
        "[/]",
        "[@click=app.quit]",
        "{0}",
        "{x.__class__}",
    ),
    *("\u202e", "\u200f", "\u2066", "\u200b", "\u200d", "\ufeff", "\u034f", "\ufe0f", "\xad", "\u2028", "\x85", "\x00"),
    *("\udcff", "\ud800", "\udc80\udc80", "e\u0301", "\u0301\u0316", "👩\u200d👧", "²", "٣", "५", "５", "①", "½", "−1"),
    *("=cmd|'/C calc'!A0", "+1", "@SUM(1)", "\t=1", "%s", "'; DROP TABLE bed; --", "$(id)", "`id`", "\\", '"', "'"),
    *(
        "../",
        "/dev/zero",
        "~",
        "-",
        "--",
        "--x=",
        "inf",
        "nan",
        "1e999",
        "-0",
        "0x10",
        "1_000",
        "\r\n",
        "\n",
        "\r",
        "\t",
    ),
    *(
        "9" * 30,
        "9" * 5000,
        "x" * 5000,
        " " * 50,
        "Шевченко",
        "Müller",
        "00:00",
        "99:99",
        "-99",
        "0",
        "1",
        "2",
        " ",
        ",",
    ),
)


def at_random(one: Parser) -> st.SearchStrategy[bytes]:
    """Bytes for one parser; half of the pieces are of its own grammar."""
    own = st.sampled_from(one.words) if one.words else st.nothing()
    pieces = st.lists(own | st.sampled_from(PIECES) | st.text(max_size=5), max_size=8)
    whole = pieces.flatmap(lambda found: st.sampled_from(("", " ")).map(lambda between: between.join(found)))
    return whole.map(bytes_of) | st.binary(max_size=60)
