"""Which bytes a Range header asks for (RFC 9110, section 14)."""

import re

from demobackend.domain.model.errors import RangeNotSatisfiable

_ONE_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,19})-([0-9]{1,19})?|-([0-9]{1,19}))[ \t]*", re.IGNORECASE)


def asked_range(header: str, size: int) -> range | None:
    """Return the one range asked for of `size` bytes; None where the header means nothing to us and the whole is sent.

    More than one range is answered with the whole, as RFC 9110 allows: joining many small ones is work that only attackers ask
    for. Raises `RangeNotSatisfiable`.
    """
    match = _ONE_RANGE.fullmatch(header)
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        start, stop = max(0, size - int(suffix)), size
    elif last is not None and int(last) < int(first):
        return None
    else:
        start, stop = int(first), size if last is None else min(int(last) + 1, size)
    if start >= stop:
        raise RangeNotSatisfiable
    return range(start, stop)
