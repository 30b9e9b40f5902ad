"""What every parser is handed, and how it says that it cannot go on. Kept free of imports: each costs every document its time."""


class Unreadable(Exception):
    """The document cannot be read; the argument is the stable reason."""


class Incomplete(Exception):
    """The text so far is good, and some of the document is missing from it."""


class Source:
    """A document: the open file `descriptor` (seekable, at its start), the charset declared outside it ("" if none), and whether the
    file is only the beginning of the document."""

    __slots__ = ("charset", "descriptor", "is_cut")

    def __init__(self, descriptor: int, charset: str, is_cut: bool) -> None:
        self.descriptor = descriptor
        self.charset = charset
        self.is_cut = is_cut

    def read(self) -> bytes:
        """All bytes of the file."""
        with open(self.descriptor, "rb", closefd=False) as file:
            return file.read()
