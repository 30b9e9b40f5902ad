"""What a handler needs, built at its first invocation: importing a handler reads, opens and configures nothing."""

from collections.abc import Callable
from functools import cache

from demobackend.api.operation import AreaName
from demobackend.composition.build import build
from demobackend.composition.settings import load_settings
from demobackend.domain.use_cases.areas import Events
from demobackend_lambda.http import ProxyAnswer, RestApiEvent, rest_api_handler
from demobackend_lambda.logs import logged

type Handler[Event, Answer] = Callable[[Event, object], Answer]  # the second is Lambda's context


def at_first_use[Event, Answer](make: Callable[[], Handler[Event, Answer]]) -> Handler[Event, Answer]:
    """A handler that is made when it is first called. When making it fails, the next call tries again."""
    made = cache(make)

    def handle(event: Event, context: object) -> Answer:
        return made()(event, context)

    return handle


def area_handler(area: AreaName) -> Handler[RestApiEvent, ProxyAnswer]:
    """A handler of REST API proxy events that serves one area and builds only that."""

    def make() -> Handler[RestApiEvent, ProxyAnswer]:
        settings = load_settings()
        application = build(settings, areas=frozenset({area}))
        return logged(settings.log_level, rest_api_handler(application.dispatch, application.routes))

    return at_first_use(make)


def events_handler[Event, Answer](make_handler: Callable[[Events], Handler[Event, Answer]]) -> Handler[Event, Answer]:
    """A handler of events that come without a request."""

    def make() -> Handler[Event, Answer]:
        settings = load_settings()
        return logged(settings.log_level, make_handler(build(settings, areas=frozenset()).events))

    return at_first_use(make)
