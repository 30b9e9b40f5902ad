"""register, confirm, login, logout, whoami."""

from typing import Annotated

from cyclopts import Parameter

from demobackend_cli.api import Api, get, post
from demobackend_cli.credentials import CredentialFile
from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, print_row, say
from demobackend_cli.passwords import read_password
from demobackend_cli.session import credentials_of, signed_in
from demobackend_cli.stops import Stopped
from demobackend_cli.wire import Login, Me, Registered, SignedIn

FromStdin = Annotated[bool, Parameter(help="Read the password from standard input.")]


def register(email: str, /, *, display_name: str | None = None, password_stdin: FromStdin = False, given: Given) -> None:
    """Open an account. A confirmation code is mailed to the address.

    The password has 12 characters or more. It is asked for, or taken from --password-stdin or DEMOBACKEND_PASSWORD.
    """
    body = {"email": email, "password": read_password(from_stdin=password_stdin, twice=True)}
    if display_name is not None:
        body["display_name"] = display_name
    with Api(given.origin, verbose=given.verbose) as api:
        answer = api.ask(post("/v1/auth/register", body).repeatable())
    if given.as_json:
        print_json(answer.json())
    destination = answer.read(Registered)["delivery"]["destination"]
    say(f"A code was mailed to {destination}. (A server on this machine shows it with `demobackend mailbox`.)")
    say(f"Next: demobackend confirm {email} CODE")


def confirm(email: str, code: str, /, *, given: Given) -> None:
    """Confirm an address with the code that was mailed to it."""
    with Api(given.origin, verbose=given.verbose) as api:
        api.ask(post("/v1/auth/confirm", {"email": email, "code": code}).repeatable())
    if given.as_json:
        print_json({"status": "confirmed", "email": email})
    say(f"Confirmed. Next: demobackend login {email}")


def login(email: str, /, *, password_stdin: FromStdin = False, given: Given) -> None:
    """Sign in. The session is kept for this server until `demobackend logout`.

    The password is asked for, or taken from --password-stdin or DEMOBACKEND_PASSWORD.
    """
    origin = given.origin
    password = read_password(from_stdin=password_stdin)
    with Api(origin, verbose=given.verbose) as api:
        answer = api.try_to_ask(post("/v1/auth/login", {"email": email, "password": password}))
    if answer.status != 200:
        raise _refused_login(api.refusal(answer), email)
    if answer.read(Login)["status"] != "signed_in":
        raise Stopped("this account asks for a second factor, which the command line cannot answer yet")
    credentials = credentials_of(email, answer.read(SignedIn)["tokens"])
    file = CredentialFile.of_this_person()
    with file.alone():
        file.put(origin.url, credentials)
    if given.as_json:
        print_json({"status": "signed_in", "email": email, "api": origin.url})
    say(f"Signed in at {origin.url} as {email}.")


def _refused_login(refused: Stopped, email: str) -> Stopped:
    """A refusal to sign in: whoever is refused was not signed in before, so it is no lost session."""
    hint = f"Confirm it first: demobackend confirm {email} CODE" if refused.code == "not_confirmed" else refused.hint
    return Stopped(refused.message, code=refused.code, details=refused.details, hint=hint, request_id=refused.request_id)


def logout(*, given: Given) -> None:
    """End the session, here and at the server."""
    with signed_in(given) as session:
        ended = session.end()
        try:
            session.api.ask(post("/v1/auth/logout", {"refresh_token": ended.refresh_token}).repeatable())
        except Stopped as stopped:
            raise Stopped(f"signed out here, but the server was not told: {stopped.message}", code=stopped.code) from None
    if given.as_json:
        print_json({"status": "signed_out", "email": ended.email, "api": session.api.origin.url})
    say(f"Signed out at {session.api.origin.url}.")


def whoami(*, given: Given) -> None:
    """Show who is signed in."""
    with signed_in(given) as session:
        answer = session.ask(get("/v1/me"))
    if given.as_json:
        print_json(answer.json())
    else:
        me = answer.read(Me)
        print_row(me["email"], me["id"])
