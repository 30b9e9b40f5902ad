"""serve: the server, in this process."""

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from demobackend_cli.invocation import Given
from demobackend_cli.settings import settings_from
from demobackend_cli.stops import Stopped, WrongUsage


def serve(
    *,
    host: Annotated[str, Parameter(help="The address to listen on; mails are shown on a loopback address only.")] = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65_535), help="The port to listen on; 0 takes a free one.")] = 8787,
    data: Annotated[Path | None, Parameter(help="Where the local profile keeps everything.  [default: ./.demobackend]")] = None,
    profile: Annotated[
        Literal["local", "memory", "aws"] | None, Parameter(help="local is durable, memory forgets.  [default: local]")
    ] = None,
    demo: Annotated[bool, Parameter(help="Open a demo account with a few files and say its password.")] = False,
    workers: Annotated[int, Parameter(validator=Number(gte=1), help="How many processes share the work.")] = 1,
    given: Given,
) -> int:
    """Serve the API until Ctrl-C or SIGTERM, which let requests under way finish.

    With --json the only thing on stdout is one line when the server answers. Logs go to stderr.
    """
    from demobackend_server import serve as server

    settings = settings_from(data=data, profile=profile)
    if not demo:
        return server.serve(settings, host=host, port=port, workers=workers, json_ready=given.as_json)
    from demobackend_cli.demo import seed_once_served

    try:
        if server.reaches_others(host):
            raise WrongUsage("--demo reads its code at /dev/mailbox, which is served on a loopback --host only")
    except server.CannotServe as refused:
        raise Stopped(str(refused)) from None
    seed = partial(seed_once_served, settings=settings)
    return server.serve(settings, host=host, port=port, workers=workers, json_ready=given.as_json, on_bound=seed)
