"""Files: what may be declared, listed, changed under which condition, and linked."""

import json

from tests.api.sameness.row import ADA, JSON, Row, row

CREATE = "POST /v1/files"
LIST = "GET /v1/files"


def _declared(name: str, status: int, code: str | None, /, **facts: object) -> Row:
    body = {"name": "a.txt", "size": 5, **facts}
    return row(name, CREATE, status, code, ADA, JSON, body=json.dumps(body))


def _typed(name: str, body: str) -> Row:
    return row(name, CREATE, 422, None, ADA, JSON, body=body)


def _listed(name: str, query: str, status: int, code: str | None = None) -> Row:
    return row(name, f"{LIST}?{query}", status, code, ADA)


DECLARED = [
    _declared("a file", 201, None, tags=["a", "b"], description="c", media_type="text/plain; charset=utf-8", sha256="0" * 64),
    _declared("an empty file", 201, None, size=0),
    _declared("a file as large as the plan", 201, None, size=1024**3),
    _declared("a file larger than the plan", 413, "file_too_large", size=5 * 1024**3 + 1),
    _declared("a file beyond the room left", 507, "quota_exceeded", size=5 * 1024**3),
    _declared("a file larger than JSON can say", 422, None, size=2**53),
    _declared("a negative size", 422, None, size=-1),
    _declared("an enormous size", 422, None, size=10**40),
    _declared("a size in a text", 422, None, size="5"),
    _declared("a size of null", 422, None, size=None),
    _declared("a size of true", 422, None, size=True),
    _typed("a fraction for a size", '{"name":"a","size":5.0}'),
    _typed("a power of ten for a size", '{"name":"a","size":1e3}'),
    _typed("minus zero as a fraction", '{"name":"a","size":-0.0}'),
    _typed("no size", '{"name":"a"}'),
    _typed("a name that is a number", '{"name":5,"size":5}'),
    _declared("a name outside ASCII", 201, None, name="Zoë 🦩.txt"),
    _declared("a name that is decomposed", 201, None, name="Zoe\u0308.txt"),
    _declared("a name of 255 bytes", 201, None, name="n" * 255),
    _declared("a name of 256 bytes", 422, "invalid_name", name="n" * 256),
    _declared("an empty name", 422, "invalid_name", name=""),
    _declared("a name of blanks", 201, None, name="  "),
    _declared("a name that is a dot", 422, "invalid_name", name="."),
    _declared("a name with a slash", 422, "invalid_name", name="../../etc/passwd"),
    _declared("a name with a backslash", 422, "invalid_name", name="a\\b"),
    _declared("a name with a NUL", 422, "invalid_name", name="a\0b"),
    _declared("a name with a line break", 422, "invalid_name", name="a\r\nb"),
    _declared("a name that turns round", 422, "invalid_name", name="a\u202etxt.exe"),
    _declared("a name with quotes", 201, None, name='a"b.txt'),
    _declared("21 tags", 422, "too_many_tags", tags=[f"t{number}" for number in range(21)]),
    _declared("a tag of 65 characters", 422, "invalid_tag", tags=["t" * 65]),
    _declared("a tag that is a number", 422, None, tags=["a", 1]),
    _declared("tags of null", 422, None, tags=None),
    _declared("a description of 4,096 characters", 201, None, description="d" * 4096),
    _declared("a description of 4,097 characters", 422, "invalid_description", description="d" * 4097),
    _declared("a media type that is none", 422, "invalid_media_type", media_type="text"),
    _declared("a media type with a line break", 422, "invalid_media_type", media_type="text/plain\r\nX: y"),
    _declared("a digest in capitals", 422, "invalid_sha256", sha256="A" * 64),
    _declared("an owner", 422, None, owner_id="0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
]

LISTED = [
    row("a list", LIST, 200, None, ADA),
    _listed("one", "limit=1", 200),
    _listed("a hundred", "limit=100", 200),
    _listed("none", "limit=0", 400, "invalid_parameter"),
    _listed("a hundred and one", "limit=101", 400, "invalid_parameter"),
    _listed("less than none", "limit=-1", 400, "invalid_parameter"),
    _listed("a fraction", "limit=1.0", 400, "invalid_parameter"),
    _listed("a power of ten", "limit=1e1", 400, "invalid_parameter"),
    _listed("digits of another script", "limit=%D9%A3", 400, "invalid_parameter"),
    _listed("a plus before digits", "limit=+5", 400, "invalid_parameter"),
    _listed("an escaped plus before digits", "limit=%2B5", 400, "invalid_parameter"),
    _listed("an underscore", "limit=1_0", 400, "invalid_parameter"),
    _listed("very many digits", f"limit={'9' * 5000}", 400, "invalid_parameter"),
    _listed("an empty limit", "limit=", 400, "invalid_parameter"),
    _listed("a limit without a sign", "limit", 400, "invalid_parameter"),
    _listed("a limit twice", "limit=1&limit=1", 400, "repeated_parameter"),
    _listed("a limit twice, escaped once", "limit=1&l%69mit=2", 400, "repeated_parameter"),
    _listed("an escaped name", "l%69mit=1", 200),
    _listed("an escaped sign", "limit%3D1", 400, "unknown_parameter"),
    _listed("an escaped ampersand", "limit=1%26order=name", 400, "invalid_parameter"),
    _listed("empty parts", "&&limit=1&", 200),
    _listed("a name of nothing", "=1", 400, "unknown_parameter"),
    _listed("an unknown parameter", "offset=1", 400, "unknown_parameter"),
    _listed("a parameter in another case", "Limit=1", 400, "unknown_parameter"),
    _listed("brackets", "limit[]=1", 400, "unknown_parameter"),
    _listed("a second question mark", "tag=a?b", 200),
    _listed("an order", "order=name&limit=3", 200),
    _listed("an order that is none", "order=size", 400, "invalid_parameter"),
    _listed("a status", "status=trashed", 200),
    _listed("a status in capitals", "status=TRASHED", 400, "invalid_parameter"),
    _listed("a tag with a blank", "tag=tag+1", 200),
    _listed("a tag with an escaped blank", "tag=tag%201", 200),
    _listed("a tag with an escaped plus", "tag=tag%2B1", 200),
    _listed("a tag with a NUL", "tag=%00", 400, "invalid_parameter"),
    _listed("a tag that is no UTF-8", "tag=%FF", 200),
    _listed("a tag that is a surrogate", "tag=%ED%A0%80", 200),
    _listed("a tag escaped badly", "tag=%zz%", 200),
    _listed("a prefix with a wildcard", "name_prefix=report%25", 200),
    _listed("a prefix outside ASCII", "name_prefix=%F0%9F%A6%A9", 200),
    _listed("a cursor", "cursor=<cursor>", 200),
    _listed("a cursor and another limit", "cursor=<cursor>&limit=5", 200),
    _listed("a cursor and another order", "cursor=<cursor>&order=name", 400, "invalid_cursor"),
    _listed("a cursor of another question", "cursor=<tagged_cursor>", 400, "invalid_cursor"),
    _listed("a cursor of another operation", "cursor=<search_cursor>", 400, "invalid_cursor"),
    _listed("a cursor of another person", "cursor=<other_cursor>", 400, "invalid_cursor"),
    _listed("an altered cursor", "cursor=<altered_cursor>", 400, "invalid_cursor"),
    _listed("a padded cursor", "cursor=<cursor>==", 400, "invalid_cursor"),
    _listed("an empty cursor", "cursor=", 400, "invalid_cursor"),
    _listed("a cursor of nonsense", "cursor=x", 400, "invalid_cursor"),
    _listed("a cursor outside ASCII", "cursor=%C3%A9", 400, "invalid_cursor"),
    _listed("a very long cursor", f"cursor={'a' * 2049}", 400, "invalid_parameter"),
    _listed("a cursor twice", "cursor=<cursor>&cursor=<cursor>", 400, "repeated_parameter"),
]
