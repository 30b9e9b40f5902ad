"""The search index in OpenSearch."""

import random as randomness
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Literal

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.documents import (
    Document,
    document_id,
    extraction_of,
    removal_version,
    versioned,
)
from demobackend.adapters.opensearch.errors import CONFLICT, NOT_FOUND, TOO_LARGE, Meanings, in_domain_words, told, whole
from demobackend.adapters.opensearch.index_schema import next_alias, write_alias
from demobackend.adapters.opensearch.marks import Place, mark, place_of
from demobackend.adapters.opensearch.query import query_body
from demobackend.adapters.opensearch.rebuild import Rebuild
from demobackend.domain.model.errors import NotFound, TooLarge
from demobackend.domain.model.extraction import Extraction
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import Hit, Hits, IndexedFile, Rebuilt, RemovedFile, SearchRequest
from demobackend.domain.model.text.query import Query
from demobackend.domain.model.text.snippet import snippet

_NOTHING = Hits(hits=(), total=0)
_SORT = [{"_score": "desc"}, {"created_at": "desc"}, {"file_id": "desc"}]
_SHOWN = ["name", "tags", "description", "text_head"]
_TEXT = ["removed", "version", "text_status", "text_head", "text_rest"]
_SEARCH_TIMEOUT = "5s"


class OpenSearchIndex:
    """A `SearchIndex` behind an alias; `prepare` makes it. Each call is one request, and waits until searches see what it did.

    While the index is rebuilt, the alias for changes is away; each change then goes to the next index first, and to the one that
    is searched. Whoever does not know yet that a rebuild began, looked its file up before the rebuild did.

    Versions are external, so the highest revision wins whatever the order, also against deliveries that come twice. All that an
    owner has lies in one shard (routing), and one owner's searches ask the same copy of it (preference), whose scores agree from
    page to page. Every matching file is ranked. Snippets are made of the first 65,536 characters of a text.
    `pause` waits for some seconds, `random` returns a number from 0 up to 1.
    Source: OpenSearch documentation, "Index document" (version_type, require_alias), "Search" (search_after, preference).
    """

    def __init__(
        self,
        client: OpenSearch,
        *,
        alias: str,
        refresh: Literal["wait_for", "true"] = "wait_for",
        pause: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = randomness.random,
    ) -> None:
        self._client = client
        self._alias = alias
        self._refresh = refresh
        self._rebuild = Rebuild(client, alias, pause=pause, random=random)

    def put(self, file: IndexedFile) -> None:
        """Hold this file, unless a higher revision of it was put or this one or a higher one removed.

        Raises `TooLarge` for a request that is more than the node takes, 10 MiB on the smallest ones, `Unavailable`.
        """
        self._write(file, known={TOO_LARGE: TooLarge})

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, unless a higher revision of it was put. Raises `Unavailable`."""
        file = RemovedFile(owner_id=owner_id, file_id=file_id, revision=revision)
        self._write(file, known={})

    def forget(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, not even that it was removed, unless a higher revision of it was put: two requests.

        It is removed first, since a deletion under an external version makes an index where there is none. An index that is
        being filled keeps the marker: it may be given the file by somebody who looked it up before. Raises `Unavailable`.
        """
        self.remove(owner_id, file_id, revision=revision)
        with in_domain_words(fine=frozenset({NOT_FOUND, CONFLICT})):
            self._client.delete(
                index=self._alias,
                id=document_id(owner_id, file_id),
                params={"routing": owner_id, "version": removal_version(revision), "version_type": "external_gte"},
            )

    def rebuild(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        """Fill another index and let it take the place of this one. Raises `Unavailable`; then this one stays."""
        return self._rebuild(files)

    def text_of(self, owner_id: UserId, file_id: FileId, *, version: int) -> Extraction | None:
        """Return the text held for these contents of the file. Why one is unreadable is not held. Raises `Unavailable`."""
        params = {"routing": owner_id, "_source_includes": ",".join(_TEXT)}
        answer: Mapping[str, Any] = {}
        with in_domain_words(fine=frozenset({NOT_FOUND})):
            answer = told(self._client.get(index=self._alias, id=document_id(owner_id, file_id), params=params))
        return extraction_of(answer["_source"], version=version) if answer.get("found") else None

    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        """Return up to `limit` files that match, best first. Raises `Malformed` for an `after` that no answer had, `Unavailable`."""
        place = None if after is None else place_of(after)
        if request.query.matches_nothing:
            return _NOTHING
        body: dict[str, Any] = {
            "query": query_body(request),
            "sort": _SORT,
            "size": limit + 1,
            "track_total_hits": True,
            "timeout": _SEARCH_TIMEOUT,
            "_source": _SHOWN,
        }
        if place is not None:
            body["search_after"] = list(place)
        with in_domain_words():
            found = self._client.search(
                index=self._alias, body=body, params={"routing": request.owner_id, "preference": request.owner_id, **_WHOLE}
            )
            found = whole(found)["hits"]
        return _page(found, request.query, limit)

    def _write(self, file: IndexedFile | RemovedFile, *, known: Meanings) -> None:
        version, document = versioned(file)
        known_or_absent = {**known, NOT_FOUND: NotFound}
        try:
            self._index(write_alias(self._alias), file, version, document, known=known_or_absent)
        except NotFound:  # a rebuild is under way; the next index first, since it becomes this one at any moment
            with suppress(NotFound):
                self._index(next_alias(self._alias), file, version, document, known=known_or_absent)
            self._index(self._alias, file, version, document, known=known)

    def _index(self, alias: str, file: IndexedFile | RemovedFile, version: int, document: Document, *, known: Meanings) -> None:
        """A conflict means that something newer is there, which is what the caller wants.

        `external_gte` and not `external`: the same revision may be put again, and the last such put counts.
        """
        with in_domain_words(known, fine=frozenset({CONFLICT})):
            self._client.index(
                index=alias,
                id=document_id(file.owner_id, file.file_id),
                body=document,
                params={
                    "routing": file.owner_id,
                    "version": version,
                    "version_type": "external_gte",
                    "refresh": self._refresh,
                    "require_alias": "true",
                },
            )


_WHOLE = {"allow_partial_search_results": "false"}


def _page(found: dict[str, Any], query: Query, limit: int) -> Hits:
    rows = found["hits"]
    hits = tuple(_hit(row, query) for row in rows[:limit])
    following = mark(_place(rows[limit - 1])) if len(rows) > limit else None
    return Hits(hits=hits, total=found["total"]["value"], next=following)


def _hit(row: dict[str, Any], query: Query) -> Hit:
    score, _, file_id = _place(row)
    source = row["_source"]
    pieces = snippet(query, name=source["name"], tags=tuple(source["tags"]), description=source["description"], text=source["text_head"])
    return Hit(file_id=file_id, score=score, snippet=pieces)


def _place(row: dict[str, Any]) -> Place:
    score, created_at, file_id = row["sort"]
    return (float(score), created_at, FileId(file_id))
