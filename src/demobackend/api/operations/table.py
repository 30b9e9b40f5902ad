"""Every operation, and the routes they make."""

from collections.abc import Iterable, Mapping
from typing import Any

from demobackend.api.operation import AreaName, Operation
from demobackend.api.operations.files import FILES
from demobackend.api.operations.search import SEARCH
from demobackend.api.operations.service import SERVICE
from demobackend.api.operations.users import USERS

OPERATIONS: tuple[Operation[Any], ...] = (*SERVICE, *USERS, *FILES, *SEARCH)


def routes(areas: Iterable[AreaName] = tuple(AreaName)) -> Mapping[str, Mapping[str, Operation[Any]]]:
    """Path template to method to operation, for these areas. A path belongs to one area, so its 405 knows every method."""
    wanted = frozenset(areas)
    table: dict[str, dict[str, Operation[Any]]] = {}
    for operation in OPERATIONS:
        if operation.area in wanted:
            table.setdefault(operation.path, {})[operation.method] = operation
    return table
