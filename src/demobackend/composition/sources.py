"""Where settings are read from. What is not there costs nothing: TOML and `.env` are read with libraries that are loaded for them.

The layers are laid over each other name by name, so that two of them may each say something of one group.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

PREFIX = "DEMOBACKEND_"

type Tree = dict[str, object]
type Place = tuple[str, ...]  # such as ("limits", "caller_calls")


class Unreadable(Exception):
    """A source cannot be read; the message says which and why."""


def variable(place: Place) -> str:
    """The name of a setting's environment variable."""
    return f"{PREFIX}{'__'.join(place)}".upper()


def overlaid(layers: Iterable[Mapping[str, object]]) -> Tree:
    """One tree; what a later layer says counts."""
    below: Tree = {}
    for layer in layers:
        for name, value in layer.items():
            old = below.get(name)
            below[name] = overlaid((old, value)) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return below


def from_toml(path: Path) -> Tree:
    """A file's tables, nothing where there is no file. Raises `Unreadable`."""
    if not path.is_file():
        return {}
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Unreadable(f"{path} is no TOML: {error}") from None


def dotenv(path: Path) -> Mapping[str, str]:
    """The variables in a file, none where there is no file."""
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def from_variables(variables: Mapping[str, str], places: Mapping[Place, bool]) -> Tree:
    """What variables, whose names may be in any case, say of these places; True marks those that are told in JSON.

    Raises `Unreadable`.
    """
    given = {name.upper(): value for name, value in variables.items()}
    tree: Tree = {}
    for place, is_json in places.items():
        value = given.get(variable(place))
        if value is not None:
            found: object = _json(variable(place), value) if is_json else value
            for name in reversed(place):
                found = {name: found}
            tree = overlaid((tree, found if isinstance(found, dict) else {}))
    return tree


def _json(name: str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise Unreadable(f"{name} is no JSON.") from None
