"""One's own profile."""

from dataclasses import dataclass

from demobackend.domain.model.account import Account, DisplayName
from demobackend.domain.model.audit import AuditAction
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.errors import NotFound, Unauthenticated, Unavailable, VersionConflict
from demobackend.domain.model.revision import NOT_GIVEN, Expected
from demobackend.domain.use_cases.users.audit import new_event
from demobackend.ports.account_store import AccountStore
from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids

_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class GetMe:
    """Read one's own account."""

    accounts: AccountStore

    def __call__(self, caller: Caller) -> Account:
        """Return the account. Raises `Unauthenticated` when it is gone, `Unavailable`."""
        try:
            return self.accounts.get(caller.user_id)
        except NotFound:
            raise Unauthenticated from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEdit:
    """A new display name, or none; nothing given leaves the profile as it is."""

    display_name: DisplayName | None = None
    clear_display_name: bool = False


@dataclass(frozen=True, slots=True)
class UpdateMe:
    """Change one's own profile. The last writer wins unless If-Match says otherwise: it is one person's own name."""

    get_me: GetMe
    accounts: AccountStore
    ids: Ids
    clock: Clock

    def __call__(self, caller: Caller, edit: ProfileEdit, expected: Expected = NOT_GIVEN) -> Account:
        """Return the account as it is now. Raises `VersionConflict`, `Unauthenticated`, `Unavailable`."""
        for _ in range(_ROUNDS):
            account = self.get_me(caller)
            expected.allow(account)
            name = edit.display_name or (None if edit.clear_display_name else account.display_name)
            changed = account.called(name, at=self.clock.now())
            if changed is account:
                return account
            event = new_event(self.ids, AuditAction.PROFILE_CHANGED, account.id, at=changed.updated_at, session_id=caller.session_id)
            try:
                self.accounts.replace(changed, expected=account.revision, audit=event)
            except VersionConflict:
                continue
            return changed
        raise Unavailable
