"""The table of calls names operations, and its document says of which operations it says nothing."""

from tests.integration.budget import AUTHORIZER, BUDGET, document

from demobackend.api.operations.table import OPERATIONS


def test_every_budget_is_of_an_operation() -> None:
    assert {name.partition(" ")[0] for name in BUDGET} - {operation.name for operation in OPERATIONS} == {AUTHORIZER}


def test_the_document_names_every_operation_measured_or_not() -> None:
    assert [operation.name for operation in OPERATIONS if document().count(f"| `{operation.name}` |") != 1] == []
