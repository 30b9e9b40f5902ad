"""The document of the call budget is the table that the calls are held to."""

from tests.integration.budget import BUDGET, DOCUMENT, document

from demobackend.api.operations.table import OPERATIONS


def test_the_document_shows_the_table() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.integration.budget"


def test_every_operation_has_a_budget() -> None:
    assert {operation.name for operation in OPERATIONS} - BUDGET.keys() == set()
