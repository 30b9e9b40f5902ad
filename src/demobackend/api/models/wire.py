"""What all wire models share: strict bodies, closed queries, times and decimal numbers as text.

Bodies and queries are pydantic models, since they come from outside. Answers are `TypedDict`s named `…Out`: they are made from domain
values, so the type checker checks them and nothing needs to be validated again on every request. A model is built when it is first
needed (`defer_build`): a function of AWS Lambda that has just started has one request to answer, not all of them.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


class Body(BaseModel):
    """A request body: types are strict, unknown fields are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class QueryModel(BaseModel):
    """Query parameters: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Empty(Body):
    """A body without fields."""


def _decimal(value: object) -> object:
    """Only plain decimal digits are a number here: no sign, blank, underscore or fraction."""
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise ValueError("not a decimal number")
    return int(value)


@lru_cache(maxsize=4096)  # a listing says few moments many times, and formatting one costs more than half a row
def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"  # half the price of formatting and cutting off the zone


def _instant_query(value: object) -> object:
    """RFC 3339 and nothing else of ISO 8601: date, time and zone in full, a fraction after a full stop; T and Z in any case."""
    if not isinstance(value, str) or _RFC3339.fullmatch(value) is None:
        raise ValueError("not an RFC 3339 time")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        raise ValueError("a time beyond the calendar") from None


def _plain(value: object) -> object:
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" or character == "\0" for character in value):
        raise ValueError("not text")
    return value


# The bounds stand first: only so does pydantic publish them as JSON Schema.
type Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(_decimal)]
type VersionNumber = Annotated[int, Field(ge=1), BeforeValidator(_decimal)]
type Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
type InstantQuery = Annotated[datetime, BeforeValidator(_instant_query)]
type Text = Annotated[str, BeforeValidator(_plain)]
type Cursor = Annotated[str, Field(max_length=2048)]


class PageQuery(QueryModel):
    """Which page."""

    limit: Limit = 20
    cursor: Cursor | None = None
