"""Bodies: JSON that is broken, hostile, too deep, too large, or says something else than it should."""

import json

from tests.api.sameness.row import ADA, JSON, Row, row

RESEND, FILES, REGISTER = "POST /v1/auth/confirm/resend", "POST /v1/files", "POST /v1/auth/register"
MEBIBYTE = 1024 * 1024
EMAIL = '{"email":"ada@example.test"}'


def _broken(name: str, body: str | bytes, code: str = "invalid_json") -> Row:
    return row(name, RESEND, 400, code, JSON, body=body)


def _invalid(name: str, body: str | bytes, code: str = "invalid_input") -> Row:
    return row(name, RESEND, 422, code, JSON, body=body)


def _nested(depth: int) -> str:
    """An object that is one level, and lists for the rest of `depth`."""
    return '{"x":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


BROKEN = [
    _broken("an empty body", ""),
    _broken("blanks", " \t\r\n"),
    _broken("an open brace", "{"),
    _broken("a closing brace", "}"),
    _broken("a comma at the end", '{"email":"a@example.test",}'),
    _broken("single quotes", "{'email':'a@example.test'}"),
    _broken("no quotes", "{email:1}"),
    _broken("a comment", EMAIL + "// hi"),
    _broken("words behind the value", EMAIL + " x"),
    _broken("two values", EMAIL + EMAIL),
    _broken("a value cut short", EMAIL[:-1]),
    _broken("a word", "email"),
    _broken("a word of Python's", "None"),
    _broken("an unknown escape", r'{"email":"\x41"}'),
    _broken("an escape cut short", r'{"email":"\u00"}'),
    _broken("a line break in text", '{"email":"a\n"}'),
    _broken("a NUL in text", '{"email":"a\0b@example.test"}'),
    _broken("a NUL behind the value", EMAIL + "\0"),
    _broken("NaN", '{"email":NaN}'),
    _broken("infinity", '{"email":Infinity}'),
    _broken("negative infinity", '{"email":-Infinity}'),
    _broken("a leading zero", '{"email":01}'),
    _broken("a plus sign", '{"email":+1}'),
    _broken("a hexadecimal number", '{"email":0x1}'),
    _broken("a point and nothing", '{"email":1.}'),
    _broken("digits of another script", '{"email":١}'),
    _broken("a number of 5,000 digits", '{"email":' + "9" * 5000 + "}"),
    _broken("a fraction beyond all bounds", '{"email":1e999}', "number_out_of_range"),
    _broken("a negative fraction beyond all bounds", '{"email":-1e400}', "number_out_of_range"),
    _broken("a name twice", '{"email":"a@example.test","email":"b@example.test"}', "duplicate_key"),
    _broken("a name twice, escaped once", r'{"email":"a@example.test","em\u0061il":"b@example.test"}', "duplicate_key"),
    _broken("a name twice, further in", '{"email":{"a":1,"a":1}}', "duplicate_key"),
    _broken("33 levels", _nested(33), "too_deep"),
    _broken("33 levels and a quote before them", '{"a\\"[":' + "[" * 32 + "]" * 32 + "}", "too_deep"),
    _broken("100,000 levels", "[" * 100_000, "too_deep"),
    _broken("100,000 levels, closed", "[" * 100_000 + "]" * 100_000, "too_deep"),
    _broken("100,000 levels of objects", '{"a":' * 100_000, "too_deep"),
    _broken("a lone high surrogate", r'{"email":"\ud800"}', "lone_surrogate"),
    _broken("a lone low surrogate", r'{"email":"\udfff@example.test"}', "lone_surrogate"),
    _broken("surrogates the wrong way round", r'{"email":"\udc00\ud800"}', "lone_surrogate"),
    _broken("a lone surrogate in a name", r'{"\uD800":1}', "lone_surrogate"),
    _broken("a lone surrogate in a list", r'{"email":["\ud800"]}', "lone_surrogate"),
    _broken("a byte that is no UTF-8", b'{"email":"\xff"}', "invalid_utf8"),
    _broken("Latin-1", '{"email":"zoë@example.test"}'.encode("latin-1"), "invalid_utf8"),
    _broken("UTF-16", EMAIL.encode("utf-16"), "invalid_utf8"),
    _broken("UTF-16 without a mark", EMAIL.encode("utf-16-le")),
    _broken("a surrogate in UTF-8", b'{"email":"\xed\xa0\x80"}', "invalid_utf8"),
    _broken("an overlong character", b'{"email":"\xc0\xaf"}', "invalid_utf8"),
    _broken("half a character at the end", b'{"email":"a"}\xe2\x82', "invalid_utf8"),
    _broken("a mark before the value", b"\xef\xbb\xbf" + EMAIL.encode()),
    _broken("random bytes", bytes(range(256)), "invalid_utf8"),
]

INVALID = [
    _invalid("an empty object", "{}", "invalid_input"),
    _invalid("a list", "[]"),
    _invalid("null", "null"),
    _invalid("a number", "1"),
    _invalid("a text", '"ada@example.test"'),
    _invalid("true", "true"),
    _invalid("32 levels", _nested(32)),
    _invalid("brackets in a text", json.dumps({"email": "[" * 200}), "invalid_email"),
    _invalid("an unknown field", '{"email":"a@example.test","admin":true}'),
    _invalid("a field in another case", '{"Email":"a@example.test"}'),
    _invalid("a field of no name", '{"email":"a@example.test","":1}'),
    _invalid("a field that asks for a class", '{"email":"a@example.test","__class__":"x"}'),
    _invalid("null for a text", '{"email":null}'),
    _invalid("a number for a text", '{"email":5}'),
    _invalid("a list for a text", '{"email":["a@example.test"]}'),
    _invalid("an object for a text", '{"email":{}}'),
    _invalid("a boolean for a text", '{"email":true}'),
    _invalid("a very small fraction", '{"email":1e-999}'),
    _invalid("a number of 4,000 digits", '{"email":' + "9" * 4000 + "}"),
    _invalid("an empty address", '{"email":""}', "invalid_email"),
    _invalid("no address", '{"email":"ada"}', "invalid_email"),
    _invalid("an address with an escaped NUL", r'{"email":"a\u0000@example.test"}', "invalid_email"),
    _invalid("an address with a line break", r'{"email":"a@example.test\r\nBcc: b@example.test"}', "invalid_email"),
    _invalid("a very long address", json.dumps({"email": "a" * 500_000 + "@example.test"}), "invalid_email"),
    _invalid("an address that is a pair of surrogates", r'{"email":"\ud83e\udda9"}', "invalid_email"),
    row("a name in JSON pointer's own signs", REGISTER, 422, "invalid_input", JSON, body='{"~/":1}'),
    row("several faults at once", REGISTER, 422, "invalid_input", JSON, body='{"email":1,"password":null,"x":2}'),
    row("a weak password", REGISTER, 422, "weak_password", JSON, body='{"email":"a@example.test","password":"short"}'),
    row("a common password", REGISTER, 422, "weak_password", JSON, body='{"email":"a@example.test","password":"password1234"}'),
    row("a password of 129", REGISTER, 422, "weak_password", JSON, body=json.dumps({"email": "a@example.test", "password": "x" * 129})),
    row("a password beyond reading", REGISTER, 422, None, JSON, body=json.dumps({"email": "a@example.test", "password": "x" * 5000})),
    row("a display name of null", REGISTER, 422, None, JSON,
        body='{"email":"a@example.test","password":"correct horse battery","display_name":null}'),
]  # fmt: skip

SIZES = [
    row("a body of 1 MiB", RESEND, 202, None, JSON, body=EMAIL.ljust(MEBIBYTE)),
    row("a body of 1 MiB and 1", RESEND, 413, "too_large", JSON, body=EMAIL.ljust(MEBIBYTE + 1)),
    row("too large before no token", FILES, 413, "too_large", body=b"x" * (MEBIBYTE + 1)),
    row("too large before the wrong type", RESEND, 413, "too_large", "Content-Type: text/plain", body=b"x" * (MEBIBYTE + 1)),
    row("1 MiB of one text", RESEND, 422, "invalid_email", JSON, body=json.dumps({"email": "a" * (MEBIBYTE - 13)})),
    row("1 MiB of zeros", RESEND, 400, "invalid_json", JSON, body=bytes(MEBIBYTE)),
    row("1 MiB that is no UTF-8", RESEND, 400, "invalid_utf8", JSON, body=b"\xff" * MEBIBYTE),
    row("1 MiB of names", RESEND, 422, None, JSON, body=json.dumps({f"name {n}": n for n in range(45_000)})),
    row("broken before invalid", FILES, 400, "invalid_json", ADA, JSON, body='{"size":"x",'),
]
