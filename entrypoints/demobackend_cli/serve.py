"""serve: the server, in this process."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from demobackend_cli.invocation import Given
from demobackend_cli.settings import settings_from
from demobackend_cli.stops import Stopped


def serve(
    *,
    host: Annotated[str, Parameter(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="The port to listen on; 0 takes a free one.")] = 8787,
    data: Annotated[Path | None, Parameter(help="Where the local profile keeps everything.  [default: ./.demobackend]")] = None,
    profile: Annotated[
        Literal["local", "memory", "aws"] | None, Parameter(help="local is durable, memory forgets.  [default: local]")
    ] = None,
    demo: Annotated[bool, Parameter(help="Open a demo account with a few files and say its password.")] = False,
    workers: Annotated[int, Parameter(help="How many processes share the work.")] = 1,
    given: Given,
) -> int:
    """Serve the API until Ctrl-C or SIGTERM, which let requests under way finish.

    With --json the only thing on stdout is one line when the server answers. Logs go to stderr.
    """
    from demobackend_server import serve as server

    settings = settings_from(data=data, profile=profile)
    if demo:
        from demobackend_cli.demo import seed_once_served

        try:
            with server.bind(host, port) as listener:  # a free port is chosen now, for the demo must know it
                origin, port = server.origin_of(listener), listener.getsockname()[1]
        except server.CannotServe as refused:
            raise Stopped(str(refused)) from None
        seed_once_served(origin, settings)
    return server.serve(settings, host=host, port=port, workers=workers, json_ready=given.as_json)
