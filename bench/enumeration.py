"""How long a known address takes against an unknown one: what the answers' bytes do not tell, their time must not tell either."""

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator

from bench.pairs import Ratio
from bench.servers import scratch
from demobackend.composition.application import Application
from demobackend.composition.build import build
from demobackend.composition.settings import LimitSettings, Settings
from demobackend.testing.client import Client

PASSWORD = "correct horse battery"
ROUNDS = 150
GOAL = 1.02
_NO_LIMITS = LimitSettings(public_calls=10**9, failures_per_account=10**6, failures_per_network=10**6, failures_everywhere=10**6)


def run() -> Iterator[Ratio]:
    """Medians of wall time in milliseconds; known and unknown in random order, on the local profile with its real hashes."""
    with scratch("enumeration") as folder:
        application = build(Settings(data=folder, limits=_NO_LIMITS))
        client = Client(application.dispatch)
        known = [_open(application, client, f"known{number}@example.test") for number in range(20)]
        for name, path, password in (("register", "/v1/auth/register", PASSWORD), ("sign in wrongly", "/v1/auth/login", "not the one")):

            def ask(address: str, path: str = path, password: str = password) -> object:
                return client("POST", path, body={"email": address, "password": password})

            ours, theirs = _timed(ask, known)
            yield Ratio(f"{name}: known address / unknown", ours, theirs, ours / theirs, goal=GOAL, unit="ms")
        application.close()


def _open(application: Application, client: Client, address: str) -> str:
    client("POST", "/v1/auth/register", body={"email": address, "password": PASSWORD})
    code = re.findall(r"\b[0-9]{6}\b", application.mailbox.newest(to=address, limit=1)[0].mail.text)[0]
    client("POST", "/v1/auth/confirm", body={"email": address, "code": code})
    return address


def _timed(ask: Callable[[str], object], known: list[str]) -> tuple[float, float]:
    chance = random.Random(1)
    spent: dict[bool, list[float]] = {True: [], False: []}
    for is_known in chance.sample([True, False] * ROUNDS, 2 * ROUNDS):
        address = chance.choice(known) if is_known else f"u{chance.getrandbits(50)}@example.test"
        started = time.perf_counter()
        ask(address)
        spent[is_known].append((time.perf_counter() - started) * 1000)
    return statistics.median(spent[True]), statistics.median(spent[False])
