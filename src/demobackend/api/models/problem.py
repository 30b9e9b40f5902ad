"""The wire model of a problem (RFC 9457), for OpenAPI; `api.errors` writes it."""

from typing import NotRequired, TypedDict


class ViolationOut(TypedDict):
    """One broken rule: an RFC 6901 pointer, a stable code, a sentence."""

    pointer: str
    code: str
    detail: str


class ProblemOut(TypedDict):
    """Why a request was refused or failed; `code` is stable."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: NotRequired[list[ViolationOut]]
