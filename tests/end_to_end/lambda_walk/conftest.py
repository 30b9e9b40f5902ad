"""Every Lambda handler under the real runtime client, on the local profile in a folder of its own."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.end_to_end.lambda_walk.cloud import Cloud
from tests.end_to_end.lambda_walk.runtime_api import LambdaFunction

from demobackend.composition.build import build
from demobackend.composition.settings import load_settings

HANDLERS = ("files", "users", "search", "service", "authorizer", "file_events", "change_events", "schedule", "prepare")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Every function, each a process of its own, over one data folder."""
    data, work = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("work")
    # The logs say all they ever would: a test holds that they tell no secret.
    loud = {"DEMOBACKEND_LOG_LEVEL": "DEBUG", "POWERTOOLS_LOGGER_LOG_EVENT": "true"}
    environment = {"DEMOBACKEND_PROFILE": "local", "DEMOBACKEND_DATA": str(data), **loud}
    store = build(load_settings(profile="local", data=data), areas=frozenset())
    with ExitStack() as running:
        running.callback(store.close)
        functions = {
            name: running.enter_context(
                LambdaFunction(f"demobackend_lambda.{name}.handler", environment, folder=work, log=work / f"{name}.log")
            )
            for name in HANDLERS
        }
        yield Cloud(functions, store)
