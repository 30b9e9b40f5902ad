"""Where a page ended: the sort values of its last hit."""

from demobackend.domain.model.errors import Malformed, NotFound
from demobackend.domain.model.ids import FileId, known_form

type Place = tuple[float, int, FileId]  # score, milliseconds since 1970, the unique tiebreak


def mark(place: Place) -> str:
    """The place as text."""
    score, created_at, file_id = place
    return f"{score.hex()} {created_at} {file_id}"


def place_of(text: str) -> Place:
    """The inverse of `mark`. Raises `Malformed` for a text that it did not make."""
    try:
        score, created_at, file_id = text.split(" ")
        place = (float.fromhex(score), int(created_at), FileId(known_form(file_id)))
    except (ValueError, OverflowError, NotFound):
        raise Malformed("invalid_cursor") from None
    if mark(place) != text or not -(2**63) <= place[1] < 2**63 or not abs(place[0]) < 3e38:  # what OpenSearch takes
        raise Malformed("invalid_cursor")
    return place
