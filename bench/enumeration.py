"""How long calls take for confirmed, waiting and unknown addresses: their time must not tell what their bytes do not tell."""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, cycle

from bench.pairs import Pair, Ratio
from bench.servers import scratch
from demobackend.composition.application import Application
from demobackend.composition.build import build
from demobackend.composition.settings import LimitSettings, Settings
from demobackend.testing.client import Client

PASSWORD = "correct horse battery"
PEOPLE = 40
ROUNDS = 150
GOAL = 1.02
_NO_LIMITS = LimitSettings(
    public_calls=10**9,
    failures_per_account=10**6,
    failures_per_network=10**6,
    failures_everywhere=10**6,
    letters_per_hour=10**6,
    letters_per_day=10**6,
)
_CALLS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("register", "/v1/auth/register", {"password": PASSWORD}),
    ("resend the code", "/v1/auth/confirm/resend", {}),
    ("confirm wrongly", "/v1/auth/confirm", {"code": "wrong"}),
    ("sign in wrongly", "/v1/auth/login", {"password": "not the one"}),
)


def run() -> Iterator[Ratio]:
    """Wall time in milliseconds, the slower against the faster, on the local profile with its real hashes."""
    chance, strangers = random.Random(1), (f"stranger{number}@example.test" for number in count())
    with scratch("enumeration") as folder:
        application = build(Settings(data=folder, limits=_NO_LIMITS))
        client = Client(application.dispatch)
        for name, path, more in _CALLS:

            def ask(address: str, path: str = path, more: dict[str, str] = more) -> object:
                return client("POST", path, body={"email": address, **more})

            for standing in ("confirmed", "waiting"):
                known = [_open(application, client, f"{name.split()[0]}-{standing}{number}@example.test") for number in range(PEOPLE)]
                if standing == "confirmed":
                    for address in known:
                        _confirm(application, client, address)
                pairs = list(_timed(ask, known, strangers, chance))
                yield _either_way(Ratio.of(f"{name}: {standing} address, unknown one", pairs, goal=GOAL, unit="ms"))
        application.close()


def _open(application: Application, client: Client, address: str) -> str:
    client("POST", "/v1/auth/register", body={"email": address, "password": PASSWORD})
    return address


def _confirm(application: Application, client: Client, address: str) -> None:
    code = re.findall(r"\b[0-9]{6}\b", application.mailbox.newest(to=address, limit=1)[0].mail.text)[0]
    client("POST", "/v1/auth/confirm", body={"email": address, "code": code})


def _timed(ask: Callable[[str], object], known: list[str], strangers: Iterator[str], chance: random.Random) -> Iterator[Pair]:
    """One known and one unknown, in an order that chance decides, so that whatever else the machine does slows both."""
    people = cycle(known)
    for _ in range(ROUNDS):
        spent = {True: 0.0, False: 0.0}
        for is_known in chance.sample([True, False], 2):
            address = next(people if is_known else strangers)
            started = time.perf_counter()
            ask(address)
            spent[is_known] = (time.perf_counter() - started) * 1000
        yield spent[True], spent[False]


def _either_way(ratio: Ratio) -> Ratio:
    """The slower against the faster: whichever it is, it tells."""
    return replace(ratio, ratio=max(ratio.ratio, 1 / ratio.ratio))
