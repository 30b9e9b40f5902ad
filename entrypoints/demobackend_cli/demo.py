"""The demo: an account and a few files in a server that has just started."""

import io
import os
import secrets
import threading
import time
from contextlib import suppress
from functools import partial

from demobackend.composition.settings import Settings
from demobackend_cli.api import Api, Ask, get, post
from demobackend_cli.mailbox import code_in
from demobackend_cli.origins import origin_from
from demobackend_cli.output import say
from demobackend_cli.progress import silence
from demobackend_cli.stops import Stopped
from demobackend_cli.uploads import Described, upload
from demobackend_cli.wire import FilePage, Mails, SignedIn

EMAIL = "demo@example.test"
_PATIENCE_SECONDS = 60.0
_FILES = {
    "welcome.md": "# Welcome\n\nEverything here can be found by its words: try `demobackend search estuary`.\n",
    "field notes.txt": "Seventeen herons crossed the estuary in silence.\nNothing but reeds and water was seen after that.\n",
    "sightings.csv": "day,bird,number\n2026-05-01,heron,17\n2026-05-02,avocet,4\n2026-05-03,curlew,9\n",
}


def seed_once_served(origin: str, settings: Settings) -> None:
    """Seed in the background as soon as the server answers."""
    threading.Thread(target=_seed, args=(origin, settings), name="demo", daemon=True).start()


def _seed(origin: str, settings: Settings) -> None:
    try:
        with Api(origin_from(origin)) as api:
            _await(api)
            password = _password(settings)
            ask = partial(api.ask, token=_token(api, password))
            if not ask(get("/v1/files", limit=1)).read(FilePage)["items"]:
                _put_files(ask)
            say(f"Demo account: {EMAIL}, password: {password}")
    except Stopped as stopped:
        say(f"The demo could not be set up: {stopped.message}")


def _await(api: Api) -> None:
    """Until the server answers. Raises `Stopped` when it does not."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            api.ask(get("/healthz"))
        except Stopped:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _password(settings: Settings) -> str:
    """The same at every start on the same data; it is kept there, for its owner only."""
    fresh = secrets.token_urlsafe(12)
    if settings.profile == "memory":
        return fresh
    path = settings.data.absolute() / "demo-password"
    try:
        with suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh + "\n")
        return path.read_text().strip()
    except OSError as error:
        raise Stopped(f"{path} cannot be used: {error.strerror}") from None


def _token(api: Api, password: str) -> str:
    """Signed in; the account is opened when there is none. Raises `Stopped`."""
    credentials = {"email": EMAIL, "password": password}
    login = post("/v1/auth/login", credentials)
    answer = api.try_to_ask(login)
    if answer.status != 200:
        api.ask(post("/v1/auth/register", credentials))
        mails = api.ask(get("/dev/mailbox", to=EMAIL, limit=1)).read(Mails)["items"]
        api.ask(post("/v1/auth/confirm", {"email": EMAIL, "code": code_in(mails[0]) if mails else ""}))
        answer = api.ask(login)
    return answer.read(SignedIn)["tokens"]["access_token"]


def _put_files(ask: Ask) -> None:
    for name, text in _FILES.items():
        upload(ask, io.BytesIO(text.encode()), Described(name=name, tags=("demo",)), silence)
