"""Many files of one owner, the same on every run: their facts in a catalogue, their texts in a search index."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from itertools import accumulate, pairwise

from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, Indexing
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.names import Sha256
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.model.text.analysis import analyse_document
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.samples import moment, sample_file, sample_upload

VOCABULARY = 50_000
WORDS = 200  # in a document, on average
_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvwz" for vowel in "aeiou"]
_WRITERS = 32  # share their commits


@dataclass(frozen=True, slots=True)
class Document:
    """A file's facts, its upload and its words."""

    file: File
    upload: Upload
    words: list[str]


def documents(owner_id: UserId, count: int, *, seed: int = 7) -> Iterator[Document]:
    """Files of about 200 words each, drawn as Zipf has it: the n-th most frequent word occurs 1/n times as often as the first."""
    chance = random.Random(seed)
    vocabulary = _vocabulary(chance)
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    for number in range(1, count + 1):
        words = chance.choices(vocabulary, cum_weights=weights, k=chance.randint(WORDS // 2, WORDS * 3 // 2))
        digest = Sha256(sha256(str(number).encode()).hexdigest())
        upload = sample_upload(number, owner_id=owner_id, size=sum(map(len, words)), sha256=digest)
        name = f"{chance.choice(vocabulary)} {chance.choice(vocabulary)} {number}.txt"
        tags = tuple(dict.fromkeys(chance.choices(vocabulary[:100], k=2)))
        yield Document(sample_file(upload, name=name, tags=tags), upload, words)


def catalogue(catalog: FileCatalog, feed: ChangeFeed, library: Iterable[Document]) -> list[File]:
    """Make every file available and indexed, without its bytes, and leave nothing for a worker to do."""

    def add(document: Document) -> File:
        file, upload = document.file, document.upload
        available = file.arrived(sha256=upload.sha256, at=file.created_at)
        catalog.begin(file, upload, Plan())
        catalog.finish(available, upload.id, expected=file.revision)
        catalog.mark_indexed(file.owner_id, file.id, revision=available.revision, text_status=TextStatus.INDEXED)
        return replace(available, indexing=Indexing(available.revision, TextStatus.INDEXED))

    with ThreadPoolExecutor(_WRITERS) as writers:
        files = list(writers.map(add, library))
        while deliveries := feed.claim(limit=1_000, at=moment(10**9), lease=timedelta(hours=1)):
            list(writers.map(feed.acknowledge, deliveries))
    return files


def indexed(document: Document) -> IndexedFile:
    """What a search index is handed: twelve words a sentence."""
    file = document.file
    name, tags, text = file.name.value, file.tags.values, _prose(document.words)
    return IndexedFile(
        file_id=file.id,
        owner_id=file.owner_id,
        revision=file.revision + 1,
        version=file.version,
        name=name,
        tags=tags,
        description="",
        media_type=file.media_type.essence,
        created_at=file.created_at,
        text=text,
        text_status=TextStatus.INDEXED,
        tokens=analyse_document(name=name, tags=tags, description="", text=text),
    )


def words_in(library: list[Document], share: float, *, count: int) -> list[str]:
    """The words that occur in nearly this share of the documents, the nearest first."""
    found = Counter(word for document in library for word in set(document.words))
    return sorted(found, key=lambda word: (abs(found[word] - share * len(library)), word))[:count]


def phrases_in(library: list[Document], share: float, *, count: int) -> list[str]:
    """The same for two different words that stand side by side."""
    found = Counter(pair for document in library for pair in set(pairwise(document.words)) if pair[0] != pair[1])
    nearest = sorted(found, key=lambda pair: (abs(found[pair] - share * len(library)), pair))
    return [" ".join(pair) for pair in nearest[:count]]


def _vocabulary(chance: random.Random) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(words)


def _prose(words: list[str]) -> str:
    sentences = (" ".join(words[start : start + 12]).capitalize() for start in range(0, len(words), 12))
    return ". ".join(sentences) + "."
