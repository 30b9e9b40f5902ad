"""Marks of where a page ended."""

import re

from demobackend.domain.model.errors import Malformed

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
NUMBER = r"0|-?[1-9][0-9]{0,18}"
_LARGEST = 2**63 - 1


def parts_of(mark: str, form: re.Pattern[str]) -> tuple[str, ...]:
    """The groups of a mark that has this form as a whole. Raises `Malformed` for any other, and for what is no Unicode text."""
    found = form.fullmatch(mark)
    if found is None or any("\ud800" <= character <= "\udfff" for character in mark):
        raise Malformed("invalid_cursor")
    return found.groups()


def number_of(part: str) -> int:
    """The number that `NUMBER` found. Raises `Malformed` for what SQLite has no room for."""
    number = int(part)
    if abs(number) > _LARGEST:
        raise Malformed("invalid_cursor")
    return number
