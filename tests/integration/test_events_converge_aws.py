"""On real servers too: however the stream's records and the arrivals are delivered, the state is the same in the end."""

from collections.abc import Mapping

import pytest
from tests.integration.cloud import Cloud
from tests.integration.ways import WAYS, Past, State

from demobackend.adapters.opensearch.client import opensearch_client

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("aws")]

IN_ORDER = "once and in order"


@pytest.fixture(scope="module")
def states(cloud: Cloud) -> Mapping[str, State]:
    """What is there of people with the same history, after one run of the schedule for all of them."""
    index = opensearch_client(cloud.servers.opensearch.url, region=None)
    index.indices.put_settings(index=cloud.alias, body={"index": {"refresh_interval": "20ms"}})  # every write waits for a refresh
    pasts = {name: Past(cloud, way) for name, way in WAYS.items()}
    for past in pasts.values():
        past.live()
    swept = cloud.invoke("schedule", {})
    assert swept["completed"] > 0
    assert swept["indexed"] > 0
    cloud.pass_on_changes()
    return {name: past.state() for name, past in pasts.items()}


def test_each_event_once_and_in_order_leaves_what_the_history_says(states: Mapping[str, State]) -> None:
    state = states[IN_ORDER]
    assert {name: row[0] for name, row in state.rows.items()} == {
        "renamed.txt": {"S": "available"},
        "remembered.txt": {"S": "available"},
        "f.txt": {"S": "trashed"},
        "g.txt": {"S": "available"},
    }
    assert state.index.keys() == {"renamed.txt", "remembered.txt", "g.txt"}
    assert (state.objects, state.usage.files_used, state.usage.files_reserved) == (4, 4, 0)


@pytest.mark.parametrize("way", sorted(WAYS.keys() - {IN_ORDER}))
def test_the_end_is_the_same_when_events_come(states: Mapping[str, State], way: str) -> None:
    assert states[way] == states[IN_ORDER]
