"""Questions asked as the person who signed in; tokens are refreshed without being asked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from demobackend_cli.api import Answer, Api, Question, post
from demobackend_cli.credentials import CredentialFile, Credentials
from demobackend_cli.invocation import Invocation
from demobackend_cli.stops import NotSignedIn
from demobackend_cli.wire import Tokens

_MARGIN = 10.0  # seconds; a token is renewed while it would still be taken, so that no request is sent in vain


@dataclass(frozen=True, slots=True)
class Session:
    """One person at one server."""

    api: Api
    file: CredentialFile

    def ask(self, question: Question) -> Answer:
        """Ask with a token that is good. Raises `NotSignedIn`, `Stopped`."""
        credentials = self.credentials()
        if credentials.expires_at - _MARGIN <= time.time():
            credentials = self._renewed(credentials)
        answer = self.api.try_to_ask(question, token=credentials.access_token)
        if answer.status == 401:  # clocks differ, or the server was told to end the session's tokens
            answer = self.api.try_to_ask(question, token=self._renewed(credentials).access_token)
        if not 200 <= answer.status < 300:
            raise self.api.refusal(answer)
        return answer

    def credentials(self) -> Credentials:
        """Those kept for this server. Raises `NotSignedIn`."""
        credentials = self.file.get(self.api.origin.url)
        if credentials is None:
            raise NotSignedIn(f"not signed in at {self.api.origin.url}", hint="Sign in with `demobackend login EMAIL`.")
        return credentials

    def end(self) -> Credentials:
        """Forget the credentials here and return what they were. Raises `NotSignedIn`."""
        with self.file.alone():
            credentials = self.credentials()
            self.file.put(self.api.origin.url, None)
        return credentials

    def _renewed(self, stale: Credentials) -> Credentials:
        """Trade the refresh token, one process at a time: whoever used an old one later would end the session for all."""
        origin = self.api.origin.url
        with self.file.alone():
            current = self.credentials()
            if current.access_token != stale.access_token:
                return current  # another process was here first
            # Sent again when the answer is lost: for some seconds the server hands the same tokens to the same old one.
            question = post("/v1/auth/refresh", {"refresh_token": current.refresh_token}).repeatable()
            answer = self.api.try_to_ask(question)
            if answer.status == 401:
                self.file.put(origin, None)
                raise NotSignedIn(f"the session at {origin} is over", hint=f"Sign in with `demobackend login {current.email}`.")
            if answer.status != 200:
                raise self.api.refusal(answer)
            fresh = credentials_of(current.email, answer.read(Tokens))
            self.file.put(origin, fresh)
        return fresh


def credentials_of(email: str, tokens: Tokens) -> Credentials:
    """What to keep of fresh tokens."""
    return Credentials(email, tokens["access_token"], tokens["refresh_token"], time.time() + tokens["expires_in"])


@contextmanager
def signed_in(given: Invocation) -> Iterator[Session]:
    """The session of this person at the server chosen. Raises `WrongUsage`, and `NotSignedIn` with the first question."""
    with Api(given.origin, verbose=given.verbose) as api:
        yield Session(api, CredentialFile.of_this_person())
