"""Whatever is sent, the transports answer alike, and never with an error of our own."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from tests.api.sameness.requests import requests
from tests.api.sameness.twins import Twins, twins

from demobackend.testing.gateway import RawHttpRequest


@pytest.fixture(scope="module")
def alike() -> Iterator[Twins]:
    with twins() as begun:
        yield begun


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(request=requests())
def test_any_request_is_answered_alike_and_never_with_an_error_of_ours(alike: Twins, request: RawHttpRequest) -> None:
    answers = alike.answers(request)
    assert answers == dict.fromkeys(answers, answers["server"])
    assert answers["server"].status < 500
