"""Every status that a call of OpenSearch may be answered with becomes the right error of the domain.

Source: OpenSearch documentation, "REST API reference" of each call ("Index document", "Search", "Bulk", "Create index", ...) and
"Concurrency control" (409); Amazon OpenSearch Service Developer Guide, "Troubleshooting" (403, 413, 429, 5xx) and "Signing requests".
"""

import json
import re
from collections.abc import Callable, Mapping

import pytest
from opensearchpy import Connection, OpenSearch
from tests.adapters.documented import called

from demobackend.adapters.opensearch.checkup import findings
from demobackend.adapters.opensearch.prepare import prepare
from demobackend.adapters.opensearch.probe import OpenSearchProbe
from demobackend.adapters.opensearch.search_index import OpenSearchIndex
from demobackend.domain.model.errors import DomainError, TooLarge, Unavailable
from demobackend.testing.contracts.search_index_case import request
from demobackend.testing.samples import OWNER, sample_indexed_file

type Act = Callable[[OpenSearch], object]
type Told = Mapping[int, type[DomainError] | None]

STATUSES = (400, 401, 403, 404, 405, 408, 409, 413, 429, 500, 502, 503, 504)
FILE = sample_indexed_file(1, text="word")
WRITTEN = {"result": "created", "_shards": {"failed": 0}}
# What each call looks like, and a good answer to it; which index stands behind the alias depends on what was done before.
CALLS: Mapping[str, tuple[str, object]] = {
    "index": (r"PUT /[a-z-]+/_doc/.+", WRITTEN),
    "delete": (r"DELETE /[a-z-]+/_doc/.+", WRITTEN),
    "get": (r"GET /[a-z-]+/_doc/.+", {"found": False}),
    "search": (r"POST /files/_search", {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}, "hits": []}}),
    "bulk": (r"POST /[a-z-]+/_bulk", {"items": [{"index": {"status": 201}}]}),
    "count": (r"POST /[a-z-]+/_count", {"count": 1, "_shards": {"failed": 0}}),
    "indices.refresh": (r"POST /[a-z-]+/_refresh", {"_shards": {"failed": 0}}),
    "indices.exists_alias": (r"HEAD /_alias/files", {}),
    "indices.get_alias": (r"GET (/files-[^/]+)?/_alias(/files)?", None),
    "indices.update_aliases": (r"POST /_aliases", {"acknowledged": True}),
    "indices.create": (r"PUT /[^/]+", {"acknowledged": True}),
    "indices.get": (r"GET /files", {}),
    "indices.delete": (r"DELETE /[^/]+", {"acknowledged": True}),
}


def index_of(client: OpenSearch) -> OpenSearchIndex:
    return OpenSearchIndex(client, alias="files", pause=lambda _: None, random=lambda: 0.0)


def forget(client: OpenSearch) -> None:
    index_of(client).forget(OWNER, FILE.file_id, revision=1)


def rebuild(client: OpenSearch) -> None:
    index_of(client).rebuild([FILE])


# Each call by what makes it, and what its statuses mean; all others are outages, limits or mistakes: `Unavailable`.
ROWS: list[tuple[str, Act, Told]] = [
    ("index", lambda client: index_of(client).put(FILE), {409: None, 413: TooLarge}),
    ("index", lambda client: index_of(client).remove(OWNER, FILE.file_id, revision=1), {409: None}),
    ("delete", forget, {404: None, 409: None}),
    ("get", lambda client: index_of(client).text_of(OWNER, FILE.file_id, version=1), {404: None}),
    ("search", lambda client: index_of(client).search(request("word"), limit=10, after=None), {}),
    ("indices.exists_alias", lambda client: OpenSearchProbe(client, "files").check(), {}),
    ("indices.get_alias", rebuild, {}),
    ("indices.create", rebuild, {}),
    ("indices.update_aliases", rebuild, {}),
    ("bulk", rebuild, {413: None}),  # a file that is refused for what it is, which is told
    ("indices.refresh", rebuild, {}),
    ("count", rebuild, {}),
    ("indices.delete", rebuild, dict.fromkeys(STATUSES)),  # of the old index, when the new one is in use
    ("indices.get", lambda client: findings(client, "files"), {404: None}),
]


def answering_client(refused: Mapping[str, int]) -> tuple[OpenSearch, list[str]]:
    """A client that is refused these calls with these statuses and gets good answers to all others, and what it called."""
    made: list[str] = []

    class Scripted(Connection):
        def perform_request(self, method: str, url: str, *_: object, **__: object) -> tuple[int, dict[str, str], str]:
            call, answer = next((call, answer) for call, (form, answer) in CALLS.items() if re.fullmatch(form, f"{method} {url}"))
            made.append(call)
            if call in refused:
                self._raise_error(refused[call], '{"error": {"type": "told", "reason": "told"}}', "application/json")
            return 200, {"content-type": "application/json"}, json.dumps(aliases(made) if answer is None else answer)

    return OpenSearch(hosts=["http://opensearch.example"], connection_class=Scripted, max_retries=0), made


def aliases(made: list[str]) -> dict[str, object]:
    """A rebuild changes the aliases when it begins and when it is done."""
    return {f"files-v{1 + (made.count('indices.update_aliases') > 1)}": {"aliases": {"files": {}}}}


def outcome(act: Act, client: OpenSearch) -> type[DomainError] | None:
    try:
        act(client)
    except DomainError as error:
        return type(error)
    return None


def test_every_call_is_in_the_table() -> None:
    assert called("opensearch") == {call for call, _, _ in ROWS} == CALLS.keys()


@pytest.mark.parametrize(("call", "act"), [(call, act) for call, act, _ in ROWS])
def test_what_is_refused_nothing_makes_its_call(call: str, act: Act) -> None:
    client, made = answering_client({})
    assert outcome(act, client) is None
    assert call in made


@pytest.mark.parametrize(("call", "act", "told"), ROWS)
def test_every_status_is_the_right_error_of_ours(call: str, act: Act, told: Told) -> None:
    met = {status: outcome(act, answering_client({call: status})[0]) for status in STATUSES}
    assert met == {status: told.get(status, Unavailable) for status in STATUSES}


@pytest.mark.parametrize("status", STATUSES)
def test_whoever_prepares_need_not_be_the_first(status: int) -> None:
    """400 is `resource_already_exists_exception`: somebody else made the index a moment before."""
    client, _ = answering_client({"indices.exists_alias": 404, "indices.create": status})
    assert outcome(lambda client: prepare(client, "files"), client) is (None if status == 400 else Unavailable)
