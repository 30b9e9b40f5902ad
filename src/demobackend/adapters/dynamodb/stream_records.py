"""The table's stream as the change feed: each change of a file leaves a record with both images of its row."""

from collections.abc import Mapping

from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import FileId, UserId, known_form


def file_change(record: Mapping[str, object]) -> Change | None:
    """The change of a file's row (`U#<owner>`, `F#<file>`), given what a stream record has under `dynamodb`.

    None for other rows and for a revision that stays as it was: marking a file as indexed leaves it so, and to index the file again
    for that would never end. A row that is removed counts one revision more than its last. Raises `KeyError` or `ValueError` for
    what is no stream record with its images. Source: Amazon DynamoDB Streams API Reference, StreamRecord.
    """
    partition, row = _keys(record["Keys"])
    try:
        owner, file = known_form(_after("U#", partition)), known_form(_after("F#", row))
    except NotFound:
        return None
    before, after = _revision(record.get("OldImage")), _revision(record.get("NewImage"))
    if not before and not after:
        raise KeyError("OldImage")
    if before == after:
        return None
    return Change(kind=ChangeKind.FILE_CHANGED, owner_id=UserId(owner), file_id=FileId(file), revision=after or before + 1)


def _keys(keys: object) -> tuple[str, str]:
    match keys:
        case {"PK": {"S": str(partition)}, "SK": {"S": str(row)}}:
            return partition, row
    raise KeyError("Keys")


def _after(prefix: str, key: str) -> str:
    """What follows the prefix; nothing, which is no identifier either, when another one stands there."""
    return key.removeprefix(prefix) if key.startswith(prefix) else ""


def _revision(image: object) -> int:
    """The row's revision; they count from 1, so 0 says that there was no row."""
    match image:
        case None:
            return 0
        case {"revision": {"N": str(digits)}}:
            return int(digits)
    raise KeyError("revision")
