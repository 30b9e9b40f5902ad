"""What stands beside every command: which server, which form of output, how talkative."""

import os
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from demobackend_cli.origins import VARIABLE, Origin, origin_from


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options that every command has."""

    api: str | None = None
    as_json: bool = False
    verbose: bool = False

    @property
    def origin(self) -> Origin:
        """The server to talk to. Raises `WrongUsage`."""
        return origin_from(self.api)

    @property
    def names_origin(self) -> bool:
        """Whether somebody named the server, here or in the environment."""
        return self.api is not None or VARIABLE in os.environ


Given = Annotated[Invocation, Parameter(parse=False)]
"""A command's argument that is not on its command line: `main` hands it over."""

Limit = Annotated[int, Parameter(name=("--limit", "-n"), validator=Number(gte=1, lte=100), help="Show at most so many, up to 100.")]
