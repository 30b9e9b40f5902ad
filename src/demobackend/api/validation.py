"""Wire models' verdicts in the domain's words: which field, which stable code, and never a value."""

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from demobackend.api.models.rules import BROKEN
from demobackend.domain.model.errors import InvalidInput, Malformed, Violation

SENTENCES = {
    "required": "This field is required.",
    "unknown_field": "This field is not known here.",
    "wrong_type": "This value has the wrong type.",
    "null_not_allowed": "This field may not be null.",
    "invalid_value": "This value is not acceptable.",
}


def valid_body(model: type[BaseModel], value: object) -> BaseModel:
    """Return the body as the model. Raises `InvalidInput` with the violations of all fields, in their order."""
    try:
        return model.model_validate(value, strict=True)
    except ValidationError as error:
        raise InvalidInput(*(violation for fault in error.errors() for violation in _violations(fault))) from None


def valid_query(model: type[BaseModel] | None, pairs: Sequence[tuple[str, str]]) -> BaseModel | None:
    """Return the query as the model. Raises `Malformed` for unknown, repeated, missing and wrong parameters."""
    if model is None:
        if pairs:
            raise Malformed("unknown_parameter", "This query parameter is not known here.")
        return None
    given = dict(pairs)
    if len(given) != len(pairs):
        raise Malformed("repeated_parameter", "A query parameter may be given once.")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        kind = error.errors()[0]["type"]
        if kind == "extra_forbidden":
            raise Malformed("unknown_parameter", "A query parameter is not known here.") from None
        if kind == "missing":
            raise Malformed("missing_parameter", "A query parameter is missing.") from None
        raise Malformed("invalid_parameter", "A query parameter has a value that is not acceptable.") from None


def _violations(fault: ErrorDetails) -> tuple[Violation, ...]:
    if fault["type"] == BROKEN:
        found: tuple[Violation, ...] = fault["ctx"]["violations"]
        return found
    code = _code(fault["type"], fault.get("input"))
    return (Violation(_pointer(fault["loc"]), code, SENTENCES[code]),)


def _code(kind: str, value: object) -> str:
    match kind:
        case "missing":
            return "required"
        case "extra_forbidden":
            return "unknown_field"
        case _ if value is None:
            return "null_not_allowed"
        case _ if kind.endswith("_type") or kind in {"int_from_float", "int_parsing"}:
            return "wrong_type"
        case _:
            return "invalid_value"


def _pointer(location: Sequence[int | str]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
