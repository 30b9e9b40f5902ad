"""What a handler needs, built at its first invocation: importing a handler reads, opens and configures nothing."""

from collections.abc import Callable, Mapping
from functools import cache

from demobackend.api.operation import AreaName
from demobackend.api.operations.areas import routes
from demobackend.composition.application import Application
from demobackend.composition.build import build
from demobackend.composition.settings import Settings, load_settings
from demobackend.domain.use_cases.areas import Events
from demobackend_lambda.http import ProxyAnswer, RestApiEvent, rest_api_handler
from demobackend_lambda.logs import logged
from demobackend_lambda.metrics import measured

type Handler[Event, Answer] = Callable[[Event, object], Answer]  # the second is Lambda's context


def at_first_use[Event, Answer](make: Callable[[], Handler[Event, Answer]]) -> Handler[Event, Answer]:
    """A handler that is made when it is first called. When making it fails, the next call tries again."""
    made = cache(make)

    def handle(event: Event, context: object) -> Answer:
        return made()(event, context)

    return handle


def start(areas: frozenset[AreaName]) -> tuple[Settings, Application]:
    """Read the settings and build these areas. Raises `SettingsRefused`, `DomainError` of the stores opened."""
    settings = load_settings()
    settings.require_shared_stores()
    return settings, build(settings, areas=areas)


def nothing(_answer: object) -> Mapping[str, int]:
    """No counts of its own."""
    return {}


def observed[Event, Answer](
    settings: Settings,
    handler: Handler[Event, Answer],
    counts: Callable[[Answer], Mapping[str, int]] = nothing,
    facts: Callable[[Event, Answer], Mapping[str, object]] = lambda _event, _answer: {},
) -> Handler[Event, Answer]:
    """With our logs and metrics around it."""
    return logged(settings.log_level, measured(handler, counts, facts))


def status_class(answer: ProxyAnswer) -> Mapping[str, int]:
    """How many answers of each class of status, such as `Status2xx`."""
    return {f"Status{answer['statusCode'] // 100}xx": 1}


def request_facts(event: RestApiEvent, answer: ProxyAnswer) -> Mapping[str, object]:
    """What the log says of an answered request: no path, no query, nothing that a caller wrote but a sane request id."""
    request_id = answer["multiValueHeaders"].get("x-request-id", [None])[0]
    return {"method": event.get("httpMethod"), "resource": event.get("resource"), "status": answer["statusCode"], "request_id": request_id}


def area_handler(area: AreaName) -> Handler[RestApiEvent, ProxyAnswer]:
    """A handler of REST API proxy events that serves one area and builds only that.

    The service area knows every route: methods that a path does not have come to it, and preflights.
    """

    def make() -> Handler[RestApiEvent, ProxyAnswer]:
        settings, application = start(frozenset({area}))
        known = routes() if area is AreaName.SERVICE else application.routes
        handler = rest_api_handler(application.dispatch, known)
        return observed(settings, handler, status_class, request_facts)

    return at_first_use(make)


def events_handler[Event, Answer](
    make_handler: Callable[[Events], Handler[Event, Answer]], counts: Callable[[Answer], Mapping[str, int]] = nothing
) -> Handler[Event, Answer]:
    """A handler of events that come without a request."""

    def make() -> Handler[Event, Answer]:
        settings, application = start(frozenset())
        return observed(settings, make_handler(application.events), counts)

    return at_first_use(make)
