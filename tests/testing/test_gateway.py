"""The gateway emulation does what recorded events of Amazon API Gateway show."""

import pytest

from demobackend.testing.gateway import RawHttpRequest, RestApi, answer_of

API = RestApi(["/things", "/things/{thing_id}", "/things/mine", "/things/{thing_id}/parts/{part_id}"])


def event(target: str, **parts: object) -> dict[str, object]:
    return API.event(RawHttpRequest(method="GET", target=target, **parts))  # type: ignore[arg-type]  # the tests name the parts


@pytest.mark.parametrize(
    ("target", "resource", "parameters"),
    [
        ("/things", "/things", None),
        ("/things/", "/things", None),
        ("/things/1", "/things/{thing_id}", {"thing_id": "1"}),
        ("/things/mine", "/things/mine", None),
        ("/things/a%2Fb", "/things/{thing_id}", {"thing_id": "a%2Fb"}),
        ("/things/1/parts/2", "/things/{thing_id}/parts/{part_id}", {"thing_id": "1", "part_id": "2"}),
        ("/things//parts/2", "/{proxy+}", {"proxy": "things//parts/2"}),
        ("/nothing/here%2B?x=1", "/{proxy+}", {"proxy": "nothing/here%2B"}),
        ("/", "/", None),
    ],
)
def test_a_route_is_found_on_the_path_as_it_came(target: str, resource: str, parameters: dict[str, str] | None) -> None:
    made = event(target)
    assert (made["resource"], made["pathParameters"]) == (resource, parameters)


def test_the_path_stays_encoded_and_the_query_is_decoded_once() -> None:
    made = event("/things/a%2Bb@c?mail=a%2Bb@c&plus=a+b&twice=%2520&bare&=x&&bad=%FF")
    assert made["path"] == "/things/a%2Bb@c"
    assert made["multiValueQueryStringParameters"] == {
        "mail": ["a+b@c"],
        "plus": ["a b"],
        "twice": ["%20"],
        "bare": [""],
        "": ["x"],
        "bad": ["\ufffd"],
    }


def test_what_comes_twice_is_grouped_and_the_single_maps_hold_the_last() -> None:
    made = event("/things?a=1&b=2&a=3", headers=(("X-A", " 1\t"), ("x-a", "2"), ("X-A", "3"), ("Content-Length", "0")))
    assert made["multiValueQueryStringParameters"] == {"a": ["1", "3"], "b": ["2"]}
    assert made["queryStringParameters"] == {"a": "3", "b": "2"}
    assert made["multiValueHeaders"] == {"X-A": ["1", "3"], "x-a": ["2"]}
    assert made["headers"] == {"X-A": "3", "x-a": "2"}


def test_what_is_not_there_is_null() -> None:
    made = event("/things")
    absent = ("headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body")
    assert {name: made[name] for name in absent} == dict.fromkeys(absent)


@pytest.mark.parametrize(
    ("binary", "body", "expected"), [(True, b"{}", ("e30=", True)), (False, b"{}", ("{}", False)), (False, b"\xff", ("\ufffd", False))]
)
def test_a_body_is_base64_or_text(binary: bool, body: bytes, expected: tuple[str, bool]) -> None:
    made = RestApi(["/things"], binary=binary).event(RawHttpRequest(method="POST", target="/things", body=body))
    assert (made["body"], made["isBase64Encoded"]) == expected


def test_an_answer_is_put_together_from_both_kinds_of_headers() -> None:
    result = {
        "statusCode": 200,
        "headers": {"A": "lost", "B": "b"},
        "multiValueHeaders": {"A": ["1", "2"]},
        "body": "/w==",
        "isBase64Encoded": True,
    }
    answer = answer_of(result)
    assert (answer.status, answer.headers, answer.body) == (200, (("a", "1"), ("a", "2"), ("b", "b")), b"\xff")


@pytest.mark.parametrize("result", [None, {}, {"statusCode": "200"}, [], {"errorMessage": "x"}])
def test_a_result_that_the_gateway_would_answer_502_to_is_refused(result: object) -> None:
    with pytest.raises(ValueError, match="proxy answer"):
        answer_of(result)
