"""What may be off with mail through SES, and how to mend it."""

from collections.abc import Callable, Iterator
from email.utils import parseaddr
from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import Meanings, in_domain_words, whole_answer
from demobackend.domain.model.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

_MEANINGS: Meanings = {"AccessDeniedException": Forbidden, "NotFoundException": NotFound}


def findings(client: "SESV2Client", *, sender: str, configuration_set: str | None) -> list[str]:
    """One sentence for each thing that keeps mails of `sender` from going out, with its remedy; none when all is well.

    Needs `ses:GetEmailIdentity`, `ses:GetAccount` and `ses:GetConfigurationSet`. Raises `Unavailable`.
    """
    address = parseaddr(sender)[1]
    if "@" not in address:
        return [f"The setting `mail_from` is no address: {sender!r}. Name one of a verified identity."]
    return [
        *_looked_at("ses:GetEmailIdentity", lambda: _identity(client, address)),
        *_looked_at("ses:GetAccount", lambda: _account(client)),
        *_looked_at("ses:GetConfigurationSet", lambda: _configuration_set(client, configuration_set)),
    ]


def _looked_at(permission: str, look: Callable[[], Iterator[str]]) -> list[str]:
    try:
        with whole_answer():
            return list(look())
    except Forbidden:
        return [f"{permission} is missing, so this part was not looked at: allow it to whoever runs the checkup."]


def _identity(client: "SESV2Client", address: str) -> Iterator[str]:
    domain = address.rpartition("@")[2]
    for identity in (address, domain):  # an identity of the address goes before that of its domain, as when sending
        try:
            with in_domain_words(_MEANINGS):
                known = client.get_email_identity(EmailIdentity=identity)
        except NotFound:
            continue
        if not known["VerifiedForSendingStatus"]:
            yield f"The identity {identity} is not verified: publish its DNS records, or follow the link in SES's mail to it."
        elif identity == domain and not known.get("DkimAttributes", {}).get("SigningEnabled"):
            yield f"Mails of {domain} carry no DKIM signature, so many will be taken for spam: switch Easy DKIM on."
        return
    yield f"SES knows neither {address} nor {domain}: create an identity and verify it."


def _account(client: "SESV2Client") -> Iterator[str]:
    with in_domain_words(_MEANINGS):
        account = client.get_account()
    if not account["ProductionAccessEnabled"]:
        yield "The account is in the SES sandbox, which mails to verified addresses only: request production access."
    if not account["SendingEnabled"]:
        yield "Sending is paused for the account: look at its reputation, then enable sending."
    if account.get("EnforcementStatus") not in {None, "HEALTHY"}:
        yield f"SES reviews the account ({account['EnforcementStatus']}): read its mail to the account's owner and answer it."


def _configuration_set(client: "SESV2Client", name: str | None) -> Iterator[str]:
    if name is None:
        yield "No configuration set is named, so bounces and complaints are told to nobody: set `mail_configuration_set`."
        return
    try:
        with in_domain_words(_MEANINGS):
            known = client.get_configuration_set(ConfigurationSetName=name)
    except NotFound:
        yield f"There is no configuration set {name}, so every mail is refused: create it, or correct `mail_configuration_set`."
        return
    if not known.get("SendingOptions", {}).get("SendingEnabled", True):
        yield f"Sending is paused for the configuration set {name}: look at its reputation, then enable sending."
