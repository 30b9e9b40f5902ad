"""A page of a listing, and where the next one begins."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page[T]:
    """`items` in the order asked for; `next` is the adapter's own mark of where to go on, None at the end.

    A mark holds at most 1,024 bytes of UTF-8, means something only to the adapter that made it, for the same owner and
    the same question, and is sealed by the API before a client sees it.
    """

    items: tuple[T, ...]
    next: str | None = None
