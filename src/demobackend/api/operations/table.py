"""Every operation."""

from typing import Any

from demobackend.api.operation import AreaName, Operation
from demobackend.api.operations.areas import operations_of

OPERATIONS: tuple[Operation[Any], ...] = tuple(operation for area in AreaName for operation in operations_of(area))
