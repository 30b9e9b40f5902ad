"""What an owner's files take up, as a row that changes only together with the files.

DynamoDB's conditions cannot add, so the totals that a plan limits stand beside their parts; that they agree is checked on reading.
"""

from demobackend.adapters.dynamodb.actions import Condition, Update
from demobackend.adapters.dynamodb.attributes import Row, number
from demobackend.adapters.dynamodb.digests import VERSION
from demobackend.adapters.dynamodb.file_rows import owner_partition
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.errors import Corrupt
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.usage import Plan, Usage


def usage_key(owner_id: UserId) -> Key:
    """Where an owner's usage lies."""
    return Key(owner_partition(owner_id), "USAGE")


def usage_from_row(row: Row) -> Usage:
    """Raises `Corrupt`."""
    usage = Usage(
        bytes_used=number(row, "bytes_used"),
        bytes_reserved=number(row, "bytes_reserved"),
        files_used=number(row, "files_used"),
        files_reserved=number(row, "files_reserved"),
    )
    totals = (usage.bytes_used + usage.bytes_reserved, usage.files_used + usage.files_reserved)
    if row.get("v") != VERSION or totals != (number(row, "bytes_total"), number(row, "files_total")):
        raise Corrupt
    return usage


def reserve(owner_id: UserId, size: int, plan: Plan) -> Update:
    """Room for one more file, on condition that the plan has it. Raises `FileTooLarge`, `QuotaExceeded` where no plan so small could."""
    Usage().reserve(size, plan)
    room = Condition(
        "attribute_not_exists(#PK) OR (#bytes_total <= :bytes_room AND #files_total < :max_files)",
        {"bytes_room": plan.max_bytes - size, "max_files": plan.max_files},
    )
    return _changed(owner_id, Usage(bytes_reserved=size, files_reserved=1), room)


def settle(owner_id: UserId, size: int) -> Update:
    """What was reserved is used now."""
    return _changed(owner_id, Usage().settle(size))


def release(owner_id: UserId, size: int) -> Update:
    """What was reserved is free again."""
    return _changed(owner_id, Usage().release(size))


def free(owner_id: UserId, size: int) -> Update:
    """What was used is free again."""
    return _changed(owner_id, Usage().free(size))


def _changed(owner_id: UserId, by: Usage, condition: Condition | None = None) -> Update:
    added = {
        "bytes_used": by.bytes_used,
        "bytes_reserved": by.bytes_reserved,
        "bytes_total": by.bytes_used + by.bytes_reserved,
        "files_used": by.files_used,
        "files_reserved": by.files_reserved,
        "files_total": by.files_used + by.files_reserved,
    }
    return Update(key=usage_key(owner_id), values={"v": VERSION}, added=added, condition=condition)
