"""What became of a call, whichever way it ended."""

from collections.abc import Callable

from demobackend.domain.model.errors import DomainError


def outcome[**P](call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> object:
    """What a call returns, or the type of what it raises."""
    try:
        return call(*args, **kwargs)
    except DomainError as error:
        return type(error)
