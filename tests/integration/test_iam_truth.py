"""Each function's permissions are what it calls: nothing missing, nothing unused."""

import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from tests.integration.cloud import Cloud
from tests.integration.iam import Permission, needed
from tests.integration.whole_walk import walk

from demobackend.adapters.opensearch.index_schema import index_name

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("aws")]

_LIST = Path(__file__).parents[2] / "infra/demobackend_infra/permissions.py"

UNSEEN = {
    "dynamodb": "the table's key is used by DynamoDB in the caller's name",
    "s3": "the objects' key is used by S3 in the caller's name",
    "secretsmanager": "the secrets' key is used by Secrets Manager in the caller's name",
    "sqs": "the queues' key is used by SQS in the caller's name",
    "lambda": "Lambda itself polls queues and streams, sends what failed to dead letters, and writes the log, in the function's role",
}
"""Callers other than our own code, and why no client of ours ever shows their calls."""


def _permissions() -> ModuleType:
    spec = spec_from_file_location("permissions_of_functions", _LIST)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


LISTED = _permissions()


@pytest.fixture(scope="module")
def made(cloud: Cloud) -> Mapping[str, set[Permission]]:
    """What each function's calls needed, on a walk through everything."""
    walk(cloud)
    found: dict[str, set[Permission]] = {function: set() for function in LISTED.PERMISSIONS}
    for call in cloud.recorder.calls:
        found[call.function].update(needed(call))
    return found


def granted(function: str, alias: str) -> Iterator[Permission]:
    """What our own code may do, the names of alias and index put in."""
    for grant in LISTED.PERMISSIONS[function]:
        if grant.caller == LISTED.OWN_CODE:
            resource = str(grant.resource).replace("<alias>", alias).replace("<index>", index_name(alias))
            yield from (Permission(action, resource) for action in grant.actions)


def covers(grant: Permission, call: Permission) -> bool:
    return grant.action == call.action and fnmatchcase(call.resource, grant.resource)


@pytest.mark.parametrize("function", LISTED.PERMISSIONS)
def test_no_permission_is_missing(cloud: Cloud, made: Mapping[str, set[Permission]], function: str) -> None:
    allowed = list(granted(function, cloud.alias))
    assert sorted(call for call in made[function] if not any(covers(grant, call) for grant in allowed)) == []


@pytest.mark.parametrize("function", LISTED.PERMISSIONS)
def test_no_permission_is_unused(cloud: Cloud, made: Mapping[str, set[Permission]], function: str) -> None:
    assert sorted(grant for grant in granted(function, cloud.alias) if not any(covers(grant, call) for call in made[function])) == []


def test_every_other_caller_has_its_reason() -> None:
    callers = {grant.caller for grants in LISTED.PERMISSIONS.values() for grant in grants} - {LISTED.OWN_CODE}
    assert callers == UNSEEN.keys()
