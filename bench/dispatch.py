"""Warm dispatch of a GET with validation against Powertools' REST resolver without validation, both from the same Lambda event."""

import json
import logging
import re
from collections.abc import Iterator
from types import SimpleNamespace

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from bench.pairs import Ratio, compare
from demobackend.api.operations.areas import routes
from demobackend.composition.application import Application
from demobackend.composition.build import build
from demobackend.composition.settings import LimitSettings, Profile, Settings
from demobackend.testing.client import Client
from demobackend_lambda.http import rest_api_handler


def _event(resource: str, path: str, parameters: dict[str, str], token: str) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Host": "api.example.test", "User-Agent": "bench"}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters or None,
        "requestContext": {"identity": {"sourceIp": "192.0.2.1"}, "requestId": "r", "stage": "v1", "resourcePath": resource},
        "body": None,
        "isBase64Encoded": False,
    }


def _powertools(facts: dict[str, object]) -> APIGatewayRestResolver:
    """The same table of routes, and for ours a handler that gives the same facts back; nothing is validated."""
    resolver = APIGatewayRestResolver()
    for path, methods in routes().items():
        for method in methods:
            rule = path.replace("{", "<").replace("}", ">")
            resolver.route(rule=rule, method=method)(lambda **_: facts)
    return resolver


def _signed_in_with_a_file(application: Application) -> tuple[str, str]:
    client = Client(application.dispatch)
    address, password = "ada@example.test", "correct horse battery"
    client("POST", "/v1/auth/register", body={"email": address, "password": password})
    code = re.findall(r"[0-9]{6}", application.mailbox.newest(to=address, limit=1)[0].mail.text)[0]
    client("POST", "/v1/auth/confirm", body={"email": address, "code": code})
    token = client("POST", "/v1/auth/login", body={"email": address, "password": password}).json["tokens"]["access_token"]
    created = Client(application.dispatch, token)("POST", "/v1/files", body={"name": "report.pdf", "size": 1})
    return token, created.json["file"]["id"]


def run() -> Iterator[Ratio]:
    """GET /v1/files/{file_id}: access token, session, rate limit, id, catalogue, wire model and all headers are ours alone."""
    logging.getLogger("demobackend").setLevel(logging.WARNING)
    application = build(Settings(profile=Profile.MEMORY, limits=LimitSettings(caller_calls=10**9)))
    token, file_id = _signed_in_with_a_file(application)
    handler = rest_api_handler(application.dispatch, application.routes)
    event = _event("/v1/files/{file_id}", f"/v1/files/{file_id}", {"file_id": file_id}, token)
    answer = handler(event, SimpleNamespace())
    resolver = _powertools(json.loads(answer["body"]))
    assert answer["statusCode"] == resolver.resolve(event, SimpleNamespace())["statusCode"] == 200
    yield compare(
        "dispatch get_file / Powertools REST, no validation", lambda: handler(event, None), lambda: resolver.resolve(event, None), goal=1.0
    )
