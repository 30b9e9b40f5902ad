"""Fields that are plain on the wire and a domain value behind it: the domain's rule judges, its limits are published."""

from collections.abc import Callable

from pydantic import GetPydanticSchema
from pydantic_core import PydanticCustomError, core_schema

from demobackend.domain.model.errors import InvalidInput

BROKEN = "broken_rule"  # the kind of those errors of pydantic's that hold violations of ours
TEXT = core_schema.str_schema(strict=True)
TEXTS = core_schema.list_schema(TEXT, strict=True)


def rule[V, T](make: Callable[[V], T], plain: core_schema.CoreSchema | None = None, **published: object) -> GetPydanticSchema:
    """Marks a field that is `plain` on the wire, else what its type says, and what `make` returns behind it.

    `make` raises `InvalidInput`. `published` goes into the field's JSON Schema and judges nothing: a client sees the codes of
    `make`, next to those of all other fields.
    """

    def judged(value: V) -> T:
        try:
            return make(value)
        except InvalidInput as error:  # only after an error of its own does pydantic go on to the other fields
            raise PydanticCustomError(BROKEN, "a rule is broken", {"violations": error.violations}) from None

    return GetPydanticSchema(
        lambda source, handler: core_schema.no_info_after_validator_function(judged, plain or handler(source)),
        lambda schema, handler: {**handler(schema), **published},
    )
