"""audit: what happened to an account, for whoever operates the server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from demobackend_cli.invocation import Given, Limit
from demobackend_cli.output import print_json, print_row, say
from demobackend_cli.settings import at_the_stores, settings_from

if TYPE_CHECKING:
    from demobackend.domain.model.audit import AuditEvent


def audit(
    who: Annotated[str, Parameter(help="The account's e-mail address, or its id.")],
    /,
    *,
    data: Annotated[Path | None, Parameter(help="The server's data directory.  [default: ./.demobackend]")] = None,
    profile: Annotated[Literal["local", "aws"] | None, Parameter(help="aws looks into the account's table.  [default: local]")] = None,
    limit: Limit = 20,
    given: Given,
) -> None:
    """Show what happened to an account, newest first: its registration, its sign-ins, changes of its profile.

    It reads the stores themselves, and so works where the server's data is, or with credentials of its AWS account.
    """
    from demobackend.api.models.wire import instant
    from demobackend.composition.audit import audit_events

    settings = settings_from(data=data, profile=profile)
    with at_the_stores():
        events = audit_events(settings, who, limit=limit)
    rows = [_row(event, at=instant(event.at)) for event in events]
    if given.as_json:
        print_json({"items": rows})
        return
    for row in rows:
        print_row(*(cell or "-" for cell in row.values()))
    if not rows:
        say("Nothing is told of this account.")


def _row(event: "AuditEvent", *, at: str) -> dict[str, str | None]:
    return {"at": at, "action": event.action.value, "session_id": event.session_id, "id": event.id}
