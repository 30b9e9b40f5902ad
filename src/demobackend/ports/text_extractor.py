"""The words in a file."""

from typing import BinaryIO, Protocol

from demobackend.domain.model.extraction import Extraction


class TextExtractor(Protocol):
    """Turns contents into text. What counts as text in each type, and which encoding is assumed, is said in docs/ports.md#text-extractor.

    Contents are hostile: whatever they do is contained, bounded in time and memory, and told by the status. The same contents,
    type and name give the same answer. Source: text rules of docs/decisions/0003-text-extraction.md.
    """

    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        """Return the text of `content`, read from its present position towards its end.

        `content` may be a plain stream that cannot seek; it is read no further than needed, and not closed. `media_type` may carry
        parameters; a generic one (empty, `application/octet-stream`) leaves the type to the extension of `name` and the first bytes.
        At most `MAX_TEXT_BYTES` of UTF-8 come back, cut between two characters, as `PARTIAL`. A document of a known type with no
        words in it is `INDEXED` with an empty text. Bad content never raises: it is `UNREADABLE` with a reason.
        Raises `Unavailable` when the extractor itself cannot be started or the stream cannot be read; the same call may work later.
        """
        ...
