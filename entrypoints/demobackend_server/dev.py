"""GET /dev/mailbox: the mails that went nowhere else, for developers and tests."""

from collections.abc import Mapping
from typing import TypedDict, cast

from demobackend.api.dispatch import Methods
from demobackend.api.models.wire import Limit, QueryModel, instant
from demobackend.api.operation import Access, Answer, AreaName, Call, Operation
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidInput, Malformed
from demobackend.domain.model.mail import SentMail
from demobackend.ports.mailbox import Mailbox


class MailboxQuery(QueryModel):
    """Whose mails, and how many."""

    to: str | None = None
    limit: Limit = 20


class MailOut(TypedDict):
    """One mail as it was sent."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    sent_at: str


class MailboxOut(TypedDict):
    """The newest mails."""

    items: list[MailOut]


def mailbox_route(mailbox: Mailbox) -> dict[str, Methods]:
    """The route, as a row of no table: it goes through the same dispatch as every operation and stands in no contract."""

    def read(_: object, call: Call) -> Answer:
        query = cast(MailboxQuery, call.query)
        mails = mailbox.newest(to=_canonical(query.to), limit=query.limit)
        return Answer(body=MailboxOut(items=[_shown(sent) for sent in mails]))

    operation: Operation[object] = Operation(
        name="mailbox",
        method="GET",
        path="/dev/mailbox",
        area=AreaName.SERVICE,
        access=Access.PUBLIC,
        summary="Read the mails sent",
        run=read,
        answer=MailboxOut,
        query=MailboxQuery,
        documented=False,
    )
    return {operation.path: {operation.method: operation}}


def _shown(sent: SentMail) -> MailOut:
    mail = sent.mail
    return MailOut(
        id=mail.id,
        to=mail.to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=dict(mail.headers),
        sent_at=instant(sent.sent_at),
    )


def _canonical(address: str | None) -> str | None:
    try:
        return None if address is None else EmailAddress(address).canonical
    except InvalidInput:
        raise Malformed("invalid_parameter", "The parameter to is not an e-mail address.") from None
