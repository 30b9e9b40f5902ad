"""The inverted index of one owner's files: token to files, with how often each field holds it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from functools import lru_cache
from itertools import chain
from operator import mul

from demobackend.domain.model.ids import FileId
from demobackend.domain.model.text.analysis import DocumentTokens
from demobackend.domain.model.text.matching import count_matches
from demobackend.domain.model.text.query import Field, Term

type _Tally = tuple[int, ...]  # how often a token occurs in all fields together and in each of _FIELDS, weighted

_FIELDS = (Field.NAME, Field.TAGS, Field.DESCRIPTION, Field.TEXT)
_WORTH = (4, 3, 2, 1)  # of one occurrence in each field: names are chosen with more care than texts
_NONE: Mapping[FileId, _Tally] = {}


class Postings:
    """Says which files hold a term, exactly as `matching.occurrences` does. Not thread-safe: its index holds the lock."""

    def __init__(self) -> None:
        self._documents: dict[FileId, DocumentTokens] = {}
        self._tallies: dict[str, dict[FileId, _Tally]] = {}
        self._vocabulary = _Vocabulary()

    def add(self, file_id: FileId, document: DocumentTokens) -> None:
        """Take a new file in."""
        self._documents[file_id] = document
        for token, tally in _tallies(document).items():
            self._tallies.setdefault(token, {})[file_id] = tally
            self._vocabulary.add(token)

    def drop(self, file_id: FileId) -> None:
        """Leave a file out."""
        for token in _tallies(self._documents.pop(file_id)):
            files = self._tallies[token]
            del files[file_id]
            if not files:
                del self._tallies[token]
        self._vocabulary.shrink(self._tallies)

    def rarity(self, term: Term) -> int:
        """At most how many files hold the term: terms with few are worth asking about first."""
        tokens = term.tokens[:-1] if term.prefix else term.tokens
        return min((len(self._tallies.get(token, _NONE)) for token in tokens), default=len(self._documents))

    def length(self, file_id: FileId) -> int:
        """How many tokens the file holds."""
        document = self._documents[file_id]
        return len(document.name) + sum(map(len, document.tags)) + len(document.description) + len(document.text)

    def frequencies(self, term: Term, within: Set[FileId] | None) -> dict[FileId, int]:
        """How often each of these files (None: any) holds the term, weighted by field; files without it are left out."""
        place = 0 if term.field is None else 1 + _FIELDS.index(term.field)
        *exact, last = term.tokens
        if exact:
            found = self._holders_of_all(exact, within)
            counts = {file_id: self._phrase(term, file_id)[place] for file_id in found}
        elif term.prefix:
            counts = self._beginning_with(last, place)
        else:
            files = self._tallies.get(last, _NONE)
            counts = {file_id: files[file_id][place] for file_id in (files if within is None else within & files.keys())}
        return {file_id: count for file_id, count in counts.items() if count and (within is None or file_id in within)}

    def _holders_of_all(self, tokens: list[str], within: Set[FileId] | None) -> Set[FileId]:
        holders = sorted((self._tallies.get(token, _NONE).keys() for token in tokens), key=len)
        found = holders[0] if within is None else within & holders[0]
        for files in holders[1:]:
            found &= files
        return found

    def _phrase(self, term: Term, file_id: FileId) -> _Tally:
        counts = count_matches(term, self._documents[file_id])
        return _weighted(*(counts.get(field, 0) for field in _FIELDS))

    def _beginning_with(self, prefix: str, place: int) -> dict[FileId, int]:
        counts: dict[FileId, int] = {}
        for token in self._vocabulary.beginning_with(prefix):
            for file_id, tally in self._tallies.get(token, _NONE).items():
                counts[file_id] = counts.get(file_id, 0) + tally[place]
        return counts


class _Vocabulary:
    """Tokens in order, sorted when first asked: sorting what is nearly sorted already takes little."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._ordered: list[str] = []
        self._is_ordered = True

    def add(self, token: str) -> None:
        if token not in self._known:
            self._known.add(token)
            self._ordered.append(token)
            self._is_ordered = False

    def shrink(self, live: Mapping[str, object]) -> None:
        """Forget what is live no longer, once that is the greater part."""
        if len(self._known) > 2 * len(live):
            self._known = set(live)
            self._ordered = list(live)
            self._is_ordered = False

    def beginning_with(self, prefix: str) -> Iterator[str]:
        if not self._is_ordered:
            self._ordered.sort()
            self._is_ordered = True
        for index in range(bisect_left(self._ordered, prefix), len(self._ordered)):
            if not self._ordered[index].startswith(prefix):
                return
            yield self._ordered[index]


def _tallies(document: DocumentTokens) -> dict[str, _Tally]:
    segments = (document.name, chain.from_iterable(document.tags), document.description, document.text)
    counters = [Counter(segment) for segment in segments]
    return {token: _weighted(*(counter[token] for counter in counters)) for token in set().union(*counters)}


@lru_cache(maxsize=4096)  # most are alike, and one object serves them all
def _weighted(*counts: int) -> _Tally:
    """The tally of what occurs this often in each field."""
    weighted = tuple(map(mul, _WORTH, counts))
    return (sum(weighted), *weighted)
