"""A query becomes clauses over tokens; places and documents can be read back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demobackend.adapters.opensearch.documents import (
    HEAD_CHARACTERS,
    LONGEST_TOKEN,
    extraction_of,
    put_version,
    removal_version,
    to_document,
    to_removal,
)
from demobackend.adapters.opensearch.index_schema import MAPPINGS, index_name, number_of
from demobackend.adapters.opensearch.marks import mark, place_of
from demobackend.adapters.opensearch.query import query_body
from demobackend.domain.model.errors import Malformed
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.search import RemovedFile
from demobackend.testing.contracts.search_index_case import request
from demobackend.testing.samples import MINUTE, NOON, OWNER, sample_id, sample_indexed_file

REMOVED = RemovedFile(owner_id=OWNER, file_id=FileId(sample_id(1)), revision=1)


@given(st.floats(0, 2.0**99, width=32), st.integers(0, 2**53), st.integers(0, 99))
def test_a_place_reads_back_from_its_mark(score: float, created_at: int, number: int) -> None:
    place = (score, created_at, FileId(sample_id(number)))
    assert place_of(mark(place)) == place


@pytest.mark.parametrize(
    "foreign", ["", "0", "[]", "0x1.0p+0 1 x", "nan 1 " + sample_id(1), "inf 1 " + sample_id(1), "0x1.0p+0 1e3 " + sample_id(1)]
)
def test_a_mark_of_somebody_else_is_malformed(foreign: str) -> None:
    with pytest.raises(Malformed):
        place_of(foreign)


@pytest.mark.parametrize("length", [0, 1, HEAD_CHARACTERS, HEAD_CHARACTERS + 1])
def test_a_text_reads_back_whole(length: int) -> None:
    file = sample_indexed_file(1, version=3, text="é" * length)
    assert extraction_of(to_document(file), version=3) == Extraction(file.text, TextStatus.INDEXED)
    assert extraction_of(to_document(file), version=4) is None


def test_a_text_that_was_not_read_yet_is_none() -> None:
    assert extraction_of(to_document(sample_indexed_file(1, version=1, text_status=TextStatus.PENDING)), version=1) is None
    assert extraction_of(to_removal(REMOVED), version=1) is None


def test_a_removal_stands_above_its_revision_and_below_the_next() -> None:
    assert put_version(7) < removal_version(7) < put_version(8)


def test_a_document_has_the_fields_of_the_mapping_and_no_others() -> None:
    assert to_document(sample_indexed_file(1)).keys() == MAPPINGS["properties"].keys()
    assert to_removal(REMOVED).keys() < MAPPINGS["properties"].keys()


def test_no_token_is_longer_than_opensearch_takes() -> None:
    words = to_document(sample_indexed_file(1, text="\U00010400" * 40_000 + " heron"))["text_words"].split(" ")
    assert [len(word) for word in words] == [LONGEST_TOKEN, len("heron")]
    assert len(words[0].encode()) <= 32_766


@given(st.integers(1, 10**9))
def test_the_number_of_an_index_reads_back_from_its_name(number: int) -> None:
    assert number_of(index_name("files", number), "files") == number


@pytest.mark.parametrize(
    "foreign", ["files", "files-v", "files-v0", "files-v01", "files-v1-v2", "files-vx", "profiles-v1", "files-v1x", "other-v1"]
)
def test_no_other_index_is_taken_for_one_of_ours(foreign: str) -> None:
    assert number_of(foreign, "files") == 0


def test_what_a_person_types_is_never_handed_on_to_be_parsed() -> None:
    body = query_body(request('name:Ab* "c d"* -e OR "f g" [x TO *]'))
    assert body["bool"]["must"][0] == {"prefix": {"name_words": {"value": "ab", "boost": 3.0}}}
    kinds = {kind for clause in body["bool"]["must"] for query in clause.get("dis_max", {}).get("queries", [clause]) for kind in query}
    assert kinds == {"prefix", "term", "match_phrase", "match_phrase_prefix"}
    assert len(body["bool"]["must_not"]) == 1


def test_every_condition_filters() -> None:
    asked = replace(request("word"), media_type="Text/Plain; charset=utf-8", tag="Tag", created_after=NOON, created_before=NOON + MINUTE)
    conditions = query_body(asked)["bool"]["filter"]
    noon = NOON.timestamp() * 1000
    assert conditions == [
        {"term": {"owner_id": OWNER}},
        {"term": {"removed": False}},
        {"term": {"media_type": "text/plain"}},
        {"term": {"tags": "Tag"}},
        {"range": {"created_at": {"gte": noon, "lte": noon + 60_000}}},
    ]
