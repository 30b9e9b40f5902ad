"""The index made anew, beside the one that is searched, whose place it takes when it is full.

::

                            <alias>       <alias>-write     <alias>-next
    as a rule               files-v1      files-v1          -
    during a rebuild        files-v1      -                 files-v2
    afterwards              files-v2      files-v2          -

Without `<alias>-write`, every change goes to both of the others. Each step from one row to the next is a single change of the
cluster's state. So nothing is lost: a change that went to `files-v1` alone was looked up in the catalogue before the rebuild
began to, which therefore finds it there; and by external versions no document of `files-v2` gives way to an older one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.bulk import Bulk, Indexing
from demobackend.adapters.opensearch.documents import document_id, versioned
from demobackend.adapters.opensearch.errors import NOT_FOUND, in_domain_words, told
from demobackend.adapters.opensearch.index_schema import definition, index_name, index_pattern, next_alias, number_of, write_alias
from demobackend.adapters.opensearch.prepare import prepare
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.search import IndexedFile, Rebuilt, RemovedFile

_LOG = logging.getLogger("demobackend.opensearch")
_MOST_REFUSED = 100  # beyond that it is the mapping that is wrong, not the files
_LONGEST_SEARCH = 8.0  # seconds, for which searches of the old index may still run

type AliasAction = Mapping[str, Mapping[str, object]]


class Rebuild:
    """Fills `<alias>-v<n+1>` and moves the alias to it. It begins by deleting what others left unfinished.

    So another rebuild that begins meanwhile deletes this one's index, and this one fails; what is searched is never touched.
    """

    def __init__(self, client: OpenSearch, alias: str, *, pause: Callable[[float], None], random: Callable[[], float]) -> None:
        self._client = client
        self._alias = alias
        self._write, self._next = write_alias(alias), next_alias(alias)
        self._bulk = Bulk(client, self._next, pause=pause, random=random)
        self._pause = pause

    def __call__(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        """Raises `Unavailable`, and what `files` raises; then the index in use stays."""
        live, fresh = self._look()
        try:
            self._begin(live, fresh)
            rebuilt = self._fill(files)
            self._move(live, fresh)
        except BaseException:
            with suppress(Unavailable):
                self._give_up(live, fresh)
            raise
        self._pause(_LONGEST_SEARCH)
        with suppress(Unavailable):  # logged; the next rebuild deletes it
            self._delete(live)
        return rebuilt

    def _look(self) -> tuple[str, str]:
        """The index in use, and the name of the next; all others of ours are deleted."""
        prepare(self._client, self._alias)
        with in_domain_words():
            live = list(told(self._client.indices.get_alias(name=self._alias)))
            there = told(self._client.indices.get_alias(index=index_pattern(self._alias)))
        if len(live) != 1:
            _LOG.error("several indexes", extra={"alias": self._alias, "indexes": live})
            raise Unavailable
        numbers = {name: number for name in there if (number := number_of(name, self._alias))}
        for name in numbers.keys() - live:
            self._delete(name)
        return live[0], index_name(self._alias, 1 + max(numbers.values(), default=0))

    def _begin(self, live: str, fresh: str) -> None:
        with in_domain_words():
            made = self._client.indices.create(index=fresh, body=definition(self._next))
        _require_acknowledged(made)
        self._change_aliases({"remove": {"index": live, "alias": self._write, "must_exist": False}})

    def _fill(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        put, removed, refused = set[str](), set[str](), list[FileId]()

        def indexings() -> Iterator[Indexing]:
            for file in files:
                indexing = _indexing(file)
                (removed if isinstance(file, RemovedFile) else put).add(indexing.id)
                yield indexing

        for refusal in self._bulk.index(indexings()):
            refused.append(FileId(refusal.partition(":")[2]))
            if len(refused) > _MOST_REFUSED:
                raise Unavailable
        self._require(len(put | removed) - len(refused))
        return Rebuilt(len(put), tuple(refused))

    def _require(self, least: int) -> None:
        """Raises `Unavailable` when the next index holds fewer documents. It may hold more: those of changes made meanwhile."""
        with in_domain_words():
            self._client.indices.refresh(index=self._next)
            counted = told(self._client.count(index=self._next))
        if counted["_shards"]["failed"] or counted["count"] < least:
            _LOG.error("too few documents", extra={"counted": counted["count"], "wanted": least})
            raise Unavailable

    def _move(self, live: str, fresh: str) -> None:
        """An answer may be lost and the second try refused, since all is done: what is so counts, and not what is said."""
        with suppress(Unavailable):
            self._change_aliases(
                {"remove": {"index": fresh, "alias": self._next, "must_exist": True}},
                {"remove": {"index": live, "alias": self._alias, "must_exist": True}},
                {"add": {"index": fresh, "alias": self._alias}},
                {"add": {"index": fresh, "alias": self._write}},
            )
        with in_domain_words():
            found = told(self._client.indices.get_alias(name=self._alias))
        if list(found) != [fresh]:
            raise Unavailable

    def _give_up(self, live: str, fresh: str) -> None:
        """Refused, so that nothing is deleted, when the next index is in use after all, or another rebuild's is in its place."""
        self._change_aliases(
            {"remove": {"index": fresh, "alias": self._next, "must_exist": True}},
            {"add": {"index": live, "alias": self._write}},
        )
        self._delete(fresh)

    def _change_aliases(self, *actions: AliasAction) -> None:
        """All of them or none, at one moment."""
        with in_domain_words():
            answer = self._client.indices.update_aliases(body={"actions": list(actions)})
        _require_acknowledged(answer)

    def _delete(self, name: str) -> None:
        with in_domain_words(fine=frozenset({NOT_FOUND})):
            self._client.indices.delete(index=name)


def _indexing(file: IndexedFile | RemovedFile) -> Indexing:
    version, document = versioned(file)
    return Indexing(document_id(file.owner_id, file.file_id), file.owner_id, version, document)


def _require_acknowledged(answer: Mapping[str, Any]) -> None:
    """Raises `Unavailable` when some node does not know of a change yet: it would send others' changes the old way."""
    if not told(answer).get("acknowledged"):
        raise Unavailable
