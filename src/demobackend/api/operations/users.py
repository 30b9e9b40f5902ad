"""The operations of registration, sign-in and profiles."""

from typing import cast

from demobackend.api.models.users import (
    ConfirmationRequiredOut,
    ConfirmIn,
    EmailIn,
    LoginIn,
    MeOut,
    RefreshIn,
    RegisterIn,
    SignedInOut,
    TokensOut,
    UpdateMeIn,
    confirmation_required_out,
    me_out,
    tokens_out,
)
from demobackend.api.operation import Access, Answer, AreaName, Call, Idempotency, Operation
from demobackend.domain.model.account import Account
from demobackend.domain.use_cases.areas import Users


def _register(users: Users, call: Call) -> Answer:
    body = cast(RegisterIn, call.body)
    return Answer(body=confirmation_required_out(users.register(body.email, body.password, body.display_name)))


def _confirm(users: Users, call: Call) -> Answer:
    body = cast(ConfirmIn, call.body)
    users.confirm_registration(body.email, body.code, network=call.network)
    return Answer()


def _resend(users: Users, call: Call) -> Answer:
    return Answer(body=confirmation_required_out(users.resend_confirmation(cast(EmailIn, call.body).email)))


def _login(users: Users, call: Call) -> Answer:
    body = cast(LoginIn, call.body)
    tokens = users.login(body.email, body.password, network=call.network)
    return Answer(body=SignedInOut(status="signed_in", tokens=tokens_out(tokens)))


def _refresh(users: Users, call: Call) -> Answer:
    return Answer(body=tokens_out(users.refresh(cast(RefreshIn, call.body).refresh_token)))


def _logout(users: Users, call: Call) -> Answer:
    users.logout(cast(RefreshIn, call.body).refresh_token)
    return Answer()


def _me(users: Users, account: Account) -> Answer:
    return Answer(body=me_out(account, users.plan), revision=account.revision)


def _get_me(users: Users, call: Call) -> Answer:
    return _me(users, users.get_me(call.caller))


def _update_me(users: Users, call: Call) -> Answer:
    return _me(users, users.update_me(call.caller, cast(UpdateMeIn, call.body).to_domain(), call.expected))


_PUBLIC, _USER, _USERS = Access.PUBLIC, Access.USER, AreaName.USERS

USERS: tuple[Operation[Users], ...] = (
    Operation(
        name="register", method="POST", path="/v1/auth/register", area=_USERS, access=_PUBLIC, run=_register, status=202,
        summary="Open an account; a code is mailed to its address", body=RegisterIn, answer=ConfirmationRequiredOut, throttled=True,
    ),
    Operation(
        name="confirm_registration", method="POST", path="/v1/auth/confirm", area=_USERS, access=_PUBLIC, run=_confirm, status=204,
        summary="Confirm an address with its code", body=ConfirmIn, throttled=True,
    ),
    Operation(
        name="resend_confirmation", method="POST", path="/v1/auth/confirm/resend", area=_USERS, access=_PUBLIC, run=_resend, status=202,
        summary="Mail another code", body=EmailIn, answer=ConfirmationRequiredOut, throttled=True,
    ),
    Operation(
        name="login", method="POST", path="/v1/auth/login", area=_USERS, access=_PUBLIC, run=_login, throttled=True,
        summary="Sign in", body=LoginIn, answer=SignedInOut, idempotency=Idempotency.NOT_KEPT, refusals=(401, 403),
    ),
    Operation(
        name="refresh", method="POST", path="/v1/auth/refresh", area=_USERS, access=_PUBLIC, run=_refresh, throttled=True,
        summary="Trade a refresh token for fresh tokens", body=RefreshIn, answer=TokensOut, idempotency=Idempotency.NOT_KEPT,
        refusals=(401,),
    ),
    Operation(
        name="logout", method="POST", path="/v1/auth/logout", area=_USERS, access=_PUBLIC, run=_logout, status=204,
        summary="End a session with all its tokens", body=RefreshIn, throttled=True,
    ),
    Operation(
        name="get_me", method="GET", path="/v1/me", area=_USERS, access=_USER, run=_get_me,
        summary="Read one's own profile", answer=MeOut, has_etag=True,
    ),
    Operation(
        name="update_me", method="PATCH", path="/v1/me", area=_USERS, access=_USER, run=_update_me,
        summary="Change one's own profile", body=UpdateMeIn, answer=MeOut, may_match=True, has_etag=True,
    ),
)  # fmt: skip
