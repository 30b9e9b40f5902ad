"""What happened to an account, read where its events are kept: for whoever operates the stores."""

from demobackend.composition.container import Container
from demobackend.composition.data_directory import require_data
from demobackend.composition.settings import Settings
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import UserId, known_form
from demobackend.ports.account_store import AccountStore


def audit_events(settings: Settings, who: str, *, limit: int) -> tuple[AuditEvent, ...]:
    """Return the newest events, at most `limit` (1-100), of the account with this address or id; an id may outlive its account.

    Raises `SettingsRefused`, `InvalidInput` for what is no address, `NotFound` when nobody has it or there is no data, `Unavailable`.
    """
    require_data(settings, "accounts", "sessions")
    container = Container(settings=settings)
    container.kinds.from_dict(settings.kinds)
    try:
        user_id = _account(container.accounts(), who) if "@" in who else UserId(known_form(who))
        return container.audit_trail().page(user_id, at=container.clock().now(), limit=limit, after=None)
    finally:
        if "sqlite" in {settings.kinds["accounts"], settings.kinds["sessions"]}:
            container.database().close()


def _account(accounts: AccountStore, address: str) -> UserId:
    try:
        return accounts.find(EmailAddress(address).canonical).id
    except NotFound:
        raise NotFound("There is no such account here.") from None
