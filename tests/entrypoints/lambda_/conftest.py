"""The Lambda driver over the memory family, and an invocation's context."""

from dataclasses import dataclass

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.operations.areas import routes
from demobackend.testing.people import sign_in
from demobackend.testing.world import World, memory_stores
from demobackend_lambda.http import RestApiHandler, rest_api_handler


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda says of an invocation."""

    function_name: str = "local"
    function_version: str = "$LATEST"
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:local"
    memory_limit_in_mb: int = 512
    aws_request_id: str = "11111111-2222-3333-4444-555555555555"
    log_group_name: str = "/aws/lambda/local"
    log_stream_name: str = "local"


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def world() -> World:
    clock = ManualClock()
    return World(memory_stores(clock), clock)


@pytest.fixture
def token(world: World) -> str:
    """Of somebody who has just signed in."""
    return sign_in(world, "ada@example.test").access


@pytest.fixture
def handler(world: World) -> RestApiHandler:
    return rest_api_handler(world.dispatch, routes())
