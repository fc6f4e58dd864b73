"""One parser under a fuzzer guided by what of the code it reaches: `python -m tests.hostile.guided NAME FLAGS…`.

It ends at the first defect; libFuzzer writes the bytes beside its other findings. The flags are libFuzzer's.
"""

import sys


def main() -> None:
    """Read until the runs or the time are over."""
    import atheris

    name = sys.argv.pop(1)
    with atheris.instrument_imports(
        include=["desk", "storage", "screens", "tests.hostile.weak"], enable_loader_override=False
    ):
        from tests.hostile.parsers import named, offends

        one = named(name)

    def read(raw: bytes) -> None:
        if wrong := offends(one, raw):
            raise AssertionError(wrong)

    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
