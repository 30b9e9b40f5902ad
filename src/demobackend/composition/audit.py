"""What happened to an account, read where its events are kept: for whoever operates the stores."""

from demobackend.composition.container import Container
from demobackend.composition.settings import Settings, SettingsRefused
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import UserId, known_form


def audit_events(settings: Settings, who: str, *, limit: int) -> tuple[AuditEvent, ...]:
    """Return the newest events, at most `limit` (1-100), of the account with this address or id; an id may outlive its account.

    Raises `SettingsRefused`, `InvalidInput` for what is no address, `NotFound` when nobody has it or there is no data, `Unavailable`.
    """
    used = {settings.kinds["accounts"], settings.kinds["sessions"]}
    if "sqlite" in used and not settings.data.is_dir():
        raise NotFound
    container = Container(settings=settings)
    container.kinds.from_dict(settings.kinds)
    if "dynamodb" in used and not container.aws().region:
        raise SettingsRefused("No region is set: set AWS_REGION, or aws.region.")
    try:
        user_id = container.accounts().find(EmailAddress(who).canonical).id if "@" in who else UserId(known_form(who))
        return container.audit_trail().page(user_id, at=container.clock().now(), limit=limit, after=None)
    finally:
        if "sqlite" in used:
            container.database().close()
