"""The corpus by full names, and the requests beside it that only a gateway answers otherwise."""

from tests.api.sameness.corpus import CORPUS
from tests.api.sameness.row import ADA, JSON, Row, row

from demobackend.testing.deployed_api import MAX_BODY_BYTES

_ENORMOUS = b"x" * (MAX_BODY_BYTES + 1)

BESIDE = [
    row("a semicolon between parameters", "GET /v1/files?limit=1;order=name", 400, "invalid_parameter", ADA),
    row("no token and a trailing slash", "GET /v1/me/", 404, "not_found"),
    row("an unknown path, before 10 MB", "POST /nothing", 404, "not_found", JSON, body=_ENORMOUS),
    row("a method that is not ours, before 10 MB", "POST /healthz", 405, "method_not_allowed", JSON, body=_ENORMOUS),
]
ROWS: dict[str, Row] = {
    **{f"{group}: {row.name}": row for group, rows in CORPUS.items() for row in rows},
    **{f"gateway: {row.name}": row for row in BESIDE},
}
