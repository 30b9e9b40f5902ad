"""mailbox: the mails of a server on this machine, which go nowhere else."""

import re
import sys
from typing import Annotated

from cyclopts import Parameter

from demobackend_cli.api import Api, get
from demobackend_cli.invocation import Given, Limit
from demobackend_cli.output import print_json, print_row, print_table, say
from demobackend_cli.stops import NotThere
from demobackend_cli.wire import Mail, Mails

_CODE = re.compile(r"\b[0-9]{6}\b")


def mailbox(
    *,
    to: Annotated[str | None, Parameter(help="Only mails to this address.")] = None,
    limit: Limit = 20,
    given: Given,
) -> None:
    """Show the mails sent, newest first, with the code that each holds."""
    query = {} if to is None else {"to": to}
    with Api(given.origin, verbose=given.verbose) as api:
        try:
            answer = api.ask(get("/dev/mailbox", limit=limit, **query))
        except NotThere:
            raise NotThere(f"{api.origin.url} shows no mailbox: it delivers its mails, or others can reach it") from None
    mails = answer.read(Mails)["items"]
    if given.as_json:
        print_json(answer.json())
    elif sys.stdout.isatty():
        print_table(("code", "to", "subject", "sent"), map(_row, mails))
    else:
        for mail in mails:
            print_row(*_row(mail))
    if not mails:
        say("No mails.")


def code_in(mail: Mail) -> str:
    """The code that a mail holds, `-` when it holds none."""
    code = _CODE.search(mail["text"])
    return code[0] if code else "-"


def _row(mail: Mail) -> tuple[str, ...]:
    return code_in(mail), mail["to"], mail["subject"], mail["sent_at"]
