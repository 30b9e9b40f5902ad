"""A world as it is deployed: a function per area, which cannot believe tokens itself, behind the authorizer, which can."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.tokens import MemoryTokens
from demobackend.api.dispatch import Dispatch
from demobackend.api.operation import AreaName
from demobackend.api.operations.areas import routes
from demobackend.domain.use_cases.users.authenticate import Authenticate
from demobackend.testing.deployed_api import Authorizer, DeployedApi, Invoke, in_process
from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest
from demobackend.testing.world import World
from demobackend_lambda.authorizer import authorizer, or_unauthorized
from demobackend_lambda.http import rest_api_handler

_NONE: Mapping[AreaName, AreaName] = {}


@dataclass(frozen=True, slots=True)
class Deployment:
    """Sends requests through the gateway, and remembers what the authorizer was asked."""

    api: DeployedApi
    asked: list[object]

    def get(self, target: str, token: str | None = None, *, method: str = "GET", **headers: str) -> RawHttpAnswer:
        """The answer to a request with this token."""
        named = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return self.api.send(RawHttpRequest(method=method, target=target, headers=tuple({**named, **headers}.items())))


def deploy(world: World, *, ttl: timedelta = timedelta(), misled: Mapping[AreaName, AreaName] = _NONE) -> Deployment:
    """Deploy a world; `misled` areas go to another's function by mistake. The authorizer's answers are kept for `ttl`."""
    asked: list[object] = []
    ask = in_process(or_unauthorized(authorizer(world.authenticate)), None)

    def counted(event: Mapping[str, object]) -> object:
        asked.append(event)
        return ask(event)

    functions = {area: function_of(world, misled.get(area, area)) for area in AreaName}
    gateway = Authorizer(function=counted, now=world.clock.now, ttl=ttl)
    return Deployment(DeployedApi(functions, gateway, cors_origins=world.dispatch.gate.rules.cors_origins), asked)


def function_of(world: World, area: AreaName) -> Invoke:
    """The function of one area, with keys of its own: it believes no token of this world."""
    stranger = MemoryTokens(MemorySecrets(b"another"), SequentialIds(world.clock), timedelta(minutes=15))
    gate = replace(world.dispatch.gate, authenticate=Authenticate(stranger, world.stores.sessions, world.clock))
    known = routes() if area is AreaName.SERVICE else routes({area})
    return in_process(rest_api_handler(Dispatch(gate, {area: world.dispatch.areas[area]}), known), None)
