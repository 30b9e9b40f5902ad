"""Stacks are made once for the run: each takes many seconds."""

import pytest
from synthesized import Synthesized, synthesize

CHOICES_OF_ALL_KINDS = {
    "stage": "eu",
    "architecture": "x86_64",
    "alarm_email": "ops@example.org",
    "cors_origins": "https://app.example.org,https://admin.example.org",
    "domain_name": "api.example.org",
    "certificate_arn": "arn:aws:acm:eu-central-1:111122223333:certificate/c",
    "cognito_plan": "plus",
    "search_instances": 2,
    "search_masters": 3,
    "authorizer_cache_seconds": 60,
}


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A stack of which only the sender was chosen."""
    return synthesize(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="session")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A stack of which everything was chosen."""
    return synthesize(tmp_path_factory.mktemp("chosen"), **CHOICES_OF_ALL_KINDS)
