"""The operations of each area, and the routes they make."""

from collections.abc import Iterable, Mapping
from typing import Any

from demobackend.api.operation import AreaName, Operation


def operations_of(area: AreaName) -> tuple[Operation[Any], ...]:
    """An area's operations, loaded when they are asked for: a function that serves one area loads no other's models."""
    match area:
        case AreaName.SERVICE:
            from demobackend.api.operations.service import SERVICE

            return SERVICE
        case AreaName.USERS:
            from demobackend.api.operations.users import USERS

            return USERS
        case AreaName.FILES:
            from demobackend.api.operations.files import FILES

            return FILES
        case AreaName.SEARCH:
            from demobackend.api.operations.search import SEARCH

            return SEARCH


def routes(areas: Iterable[AreaName] = tuple(AreaName)) -> Mapping[str, Mapping[str, Operation[Any]]]:
    """Path template to method to operation, for these areas. A path belongs to one area, so its 405 knows every method."""
    wanted = frozenset(areas)
    table: dict[str, dict[str, Operation[Any]]] = {}
    for operation in (operation for area in AreaName if area in wanted for operation in operations_of(area)):
        table.setdefault(operation.path, {})[operation.method] = operation
    return table
