"""After a deployment: make what no template can, such as the search index behind its alias. It may run again at any time."""

from demobackend_lambda.first_use import Handler, at_first_use, observed, start


def _make() -> Handler[object, dict[str, bool]]:
    settings, application = start(frozenset())

    def handle(_event: object, _context: object) -> dict[str, bool]:
        application.prepare()
        return {"prepared": True}

    return observed(settings, handle)


handler = at_first_use(_make)
