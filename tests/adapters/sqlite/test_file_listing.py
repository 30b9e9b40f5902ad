"""Listings: prefixes as ranges, marks that nobody else made, and an index behind every question."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.file_listing import end_of_prefix, numbers_listed, rows_listed
from demobackend.domain.model.errors import Malformed
from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.testing.samples import OWNER, sample_id

EDGES = "aé\ud7ff\ue000\uffff\U00010000\U0010fffe\U0010ffff"
TEXTS = st.text(st.sampled_from(EDGES) | st.characters(exclude_categories=["Cs"]), max_size=4)
MARKS = {
    FileOrder.NEWEST: f"newest {sample_id(1)} 1700000000000",
    FileOrder.OLDEST: f"oldest {sample_id(1)} 1700000000000",
    FileOrder.NAME: f"name {sample_id(1)} report.txt",
}


@given(TEXTS, TEXTS)
def test_a_prefix_is_a_range_of_names(prefix: str, name: str) -> None:
    end = end_of_prefix(prefix)
    assert name.startswith(prefix) == (prefix <= name and (end is None or name < end))


@given(TEXTS.filter(bool), TEXTS)
def test_a_name_with_the_prefix_lies_in_its_range(prefix: str, rest: str) -> None:
    end = end_of_prefix(prefix)
    assert prefix <= prefix + rest
    assert end is None or prefix + rest < end


@pytest.mark.parametrize(("order", "other"), [pair for pair in product(FileOrder, FileOrder) if pair[0] != pair[1]])
def test_a_mark_of_another_order_is_malformed(order: FileOrder, other: FileOrder) -> None:
    numbers_listed(OWNER, FileFilter(), order, limit=1, after=MARKS[order])
    with pytest.raises(Malformed):
        numbers_listed(OWNER, FileFilter(), order, limit=1, after=MARKS[other])


@pytest.mark.parametrize("key", ["", "-", "01", "1e3", "٣", "9" * 19, "9" * 200, "1\n", "1 2"])
def test_a_mark_with_a_time_that_no_row_has_is_malformed(key: str) -> None:
    with pytest.raises(Malformed):
        numbers_listed(OWNER, FileFilter(), FileOrder.NEWEST, limit=1, after=f"newest {sample_id(1)} {key}")


@pytest.mark.parametrize("name", ["", "a" * 256, "\ud800"])
def test_a_mark_with_a_name_that_no_file_has_is_malformed(name: str) -> None:
    with pytest.raises(Malformed):
        numbers_listed(OWNER, FileFilter(), FileOrder.NAME, limit=1, after=f"name {sample_id(1)} {name}")


def plan(database: Database, condition: FileFilter, order: FileOrder, *, after: str | None) -> str:
    sql, bindings = numbers_listed(OWNER, condition, order, limit=21, after=after)
    rows = database.read(lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings).fetchall())
    return "\n".join(str(row[3]) for row in rows)


WITHOUT_SORTING = [
    (FileFilter(status=status), order, after)
    for status in (None, FileStatus.AVAILABLE, FileStatus.TRASHED)
    for order in FileOrder
    for after in (None, MARKS[order])
]
WITHOUT_SORTING += [(FileFilter(tag="t"), order, None) for order in (FileOrder.NEWEST, FileOrder.OLDEST)]
WITHOUT_SORTING += [(FileFilter(tag="t"), order, MARKS[order]) for order in (FileOrder.NEWEST, FileOrder.OLDEST)]
WITHOUT_SORTING += [(FileFilter(name_prefix="a"), FileOrder.NAME, after) for after in (None, MARKS[FileOrder.NAME])]


@pytest.mark.parametrize(("condition", "order", "after"), WITHOUT_SORTING)
def test_a_listing_walks_an_index_and_sorts_nothing(database: Database, condition: FileFilter, order: FileOrder, after: str | None) -> None:
    found = plan(database, condition, order, after=after)
    assert "SCAN" not in found
    assert "TEMP B-TREE" not in found
    assert "owner_id=?" in found


SORTED = [
    (FileFilter(name_prefix="a"), FileOrder.NEWEST, "name>? AND name<?"),
    (FileFilter(tag="t"), FileOrder.NAME, "tag=?"),
    (FileFilter(tag="t", name_prefix="a"), FileOrder.NEWEST, "tag=?"),
]


@pytest.mark.parametrize(("condition", "order", "narrowed"), SORTED)
def test_a_listing_in_another_order_than_its_index_looks_up_only_what_the_filter_names(
    database: Database, condition: FileFilter, order: FileOrder, narrowed: str
) -> None:
    found = plan(database, condition, order, after=None)
    assert "SCAN" not in found
    assert narrowed in found


def test_rows_are_read_for_the_files_of_the_page_only(database: Database) -> None:
    sql, bindings = rows_listed(OWNER, FileFilter(name_prefix="a"), FileOrder.NEWEST, limit=21, after=None)
    rows = database.read(lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings).fetchall())
    found = [str(row[3]) for row in rows]
    assert "SEARCH f USING INTEGER PRIMARY KEY (rowid=?)" in found
    assert any("COVERING INDEX files_by_name" in step for step in found)


def test_a_mark_lets_a_listing_go_on_where_it_ended_without_walking_what_was_shown(database: Database) -> None:
    for order, column in ((FileOrder.NEWEST, "created_at"), (FileOrder.OLDEST, "created_at"), (FileOrder.NAME, "name")):
        assert f"({column},id)" in plan(database, FileFilter(), order, after=MARKS[order])
