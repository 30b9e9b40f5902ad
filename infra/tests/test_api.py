"""The REST API against OPERATIONS."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from synthesized import Synthesized

from demobackend.api.gateway_responses import gateway_responses
from demobackend.api.operation import Access
from demobackend.api.operations.table import OPERATIONS

ROUTES = {
    (operation.path, method): operation
    for operation in OPERATIONS
    for method in ((operation.method, "HEAD") if operation.method == "GET" else (operation.method,))
}


def methods(made: Synthesized) -> dict[tuple[str, str], dict[str, Any]]:
    """Each method's properties, by path and verb."""
    paths = dict(_paths(made))
    return {
        (paths[_name(method["ResourceId"])], method["HttpMethod"]): method for method in made.of_type("AWS::ApiGateway::Method").values()
    }


def function_of(method: Mapping[str, Any]) -> str:
    """The function behind a method, from its integration's address."""
    (reference,) = (
        part["Fn::GetAtt"][0] for part in method["Integration"]["Uri"]["Fn::Join"][1] if isinstance(part, dict) and "Fn::GetAtt" in part
    )
    return str(reference).removeprefix("Functions").partition("Function")[0]


def test_every_operation_has_its_route_to_its_areas_function(plain: Synthesized) -> None:
    behind = {route: function_of(method) for route, method in methods(plain).items() if route[1] != "ANY"}
    assert behind == {route: operation.area.value for route, operation in ROUTES.items()}


def test_every_path_takes_the_methods_that_no_operation_has_to_the_service_function(plain: Synthesized) -> None:
    behind = {path: function_of(method) for (path, verb), method in methods(plain).items() if verb == "ANY"}
    assert behind == dict.fromkeys({path for _, path in _paths(plain)}, "service")


def test_every_unknown_path_has_a_route(plain: Synthesized) -> None:
    assert {("/", "ANY"), ("/{proxy+}", "ANY")} <= methods(plain).keys()


def test_the_authorizer_stands_before_every_operation_that_is_not_public_and_before_no_other_method(plain: Synthesized) -> None:
    guarded = {route for route, method in methods(plain).items() if method["AuthorizationType"] == "CUSTOM" and "AuthorizerId" in method}
    assert guarded == {route for route, operation in ROUTES.items() if operation.access is not Access.PUBLIC}


def test_what_is_not_guarded_is_open_to_anybody_in_so_many_words(plain: Synthesized) -> None:
    assert {method["AuthorizationType"] for method in methods(plain).values() if "AuthorizerId" not in method} == {"NONE"}


def test_functions_get_whole_requests_and_29_seconds(plain: Synthesized) -> None:
    assert {(m["Integration"]["Type"], m["Integration"]["TimeoutInMillis"]) for m in methods(plain).values()} == {("AWS_PROXY", 29_000)}


def test_bodies_of_every_type_reach_functions_as_they_were_sent(plain: Synthesized) -> None:
    plain.assertions.has_resource_properties("AWS::ApiGateway::RestApi", {"BinaryMediaTypes": ["*/*"]})


@pytest.mark.parametrize(("which", "seconds"), [("plain", 0), ("chosen", 60)])
def test_verdicts_are_kept_as_long_as_was_chosen_and_not_at_all_by_default(
    which: str, seconds: int, request: pytest.FixtureRequest
) -> None:
    authorizer = request.getfixturevalue(which).only("AWS::ApiGateway::Authorizer")
    assert (authorizer["Type"], authorizer["IdentitySource"], authorizer["AuthorizerResultTtlInSeconds"]) == (
        "REQUEST",
        "method.request.header.Authorization",
        seconds,
    )


def test_the_gateways_own_refusals_are_ours(plain: Synthesized) -> None:
    made = {response["ResponseType"]: response for response in plain.of_type("AWS::ApiGateway::GatewayResponse").values()}
    assert {
        kind: (response["StatusCode"], response["ResponseParameters"], response["ResponseTemplates"]) for kind, response in made.items()
    } == {
        kind: (
            str(wanted.status),
            {f"gatewayresponse.header.{name}": value for name, value in wanted.headers.items()},
            {"application/json": wanted.template},
        )
        for kind, wanted in gateway_responses().items()
    }


def test_refusals_let_the_one_origin_read_them(plain: Synthesized, chosen: Synthesized) -> None:
    told = [
        response["ResponseParameters"].get("gatewayresponse.header.vary")
        for response in chosen.of_type("AWS::ApiGateway::GatewayResponse").values()
    ]
    assert set(told) == {"'Origin'"}


def test_sign_in_operations_take_fewer_requests_than_the_rest(plain: Synthesized) -> None:
    rates = {_setting(entry): (entry["ThrottlingRateLimit"], entry["ThrottlingBurstLimit"]) for entry in _method_settings(plain)}
    strict = {(operation.path, operation.method): (50, 100) for operation in OPERATIONS if operation.throttled}
    assert rates == {("*", "*"): (500, 1_000), **strict}


def test_no_log_holds_bodies(plain: Synthesized) -> None:
    assert {entry["DataTraceEnabled"] for entry in _method_settings(plain)} == {False}


def test_access_is_logged_as_json_without_paths_or_tokens(plain: Synthesized) -> None:
    logged = plain.only("AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"]
    assert (logged[0] + logged[-1], "$context.path" in logged, "authorization" in logged.lower()) == ("{}", False, False)


def test_an_own_name_has_tls_1_2_and_switches_the_default_endpoint_off(chosen: Synthesized) -> None:
    name = chosen.only("AWS::ApiGateway::DomainName")
    off = chosen.only("AWS::ApiGateway::RestApi")["DisableExecuteApiEndpoint"]
    assert (name["DomainName"], name["SecurityPolicy"], off) == ("api.example.org", "TLS_1_2", True)


def _paths(made: Synthesized) -> Iterator[tuple[str, str]]:
    """Logical name and path of every resource, the root included."""
    resources = made.of_type("AWS::ApiGateway::Resource")
    root = made.name_of("AWS::ApiGateway::RestApi", named="ApiRest")
    yield root, "/"
    for name in resources:
        parts: list[str] = []
        at = name
        while at != root:
            parts.insert(0, resources[at]["PathPart"])
            at = _name(resources[at]["ParentId"])
        yield name, "/" + "/".join(parts)


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0])


def _method_settings(made: Synthesized) -> list[dict[str, Any]]:
    settings: list[dict[str, Any]] = made.only("AWS::ApiGateway::Stage")["MethodSettings"]
    return settings


def _setting(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The path that a setting is about: after one slash, its own slashes are written as `~1`."""
    return str(entry["ResourcePath"])[1:].replace("~1", "/"), str(entry["HttpMethod"])
