"""What a deployment can choose, from the CDK's context: `cdk deploy -c stage=live -c alarm_email=ops@example.org`."""

import difflib
from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from demobackend.api.origins import is_origin


class ChoiceRefused(Exception):
    """A context value is unknown or not acceptable; the message says which and what may be meant."""


class SearchKind(StrEnum):
    """Which technology searches."""

    OPENSEARCH = "opensearch"
    DYNAMODB = "dynamodb"


class Architecture(StrEnum):
    """The processor that functions run on; arm64 costs less for the same work."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


class CognitoPlan(StrEnum):
    """The user pool's feature plan; threat protection needs plus."""

    LITE = "lite"
    ESSENTIALS = "essentials"
    PLUS = "plus"


class Choices(BaseModel):
    """A deployment's choices. Rates are requests per second, bursts are requests."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: str = Field("live", pattern=r"^[a-z][a-z0-9]{0,11}$", description="Names the stack, the API's stage and what must have a name.")
    search: SearchKind = Field(SearchKind.OPENSEARCH, description="Which technology searches.")
    architecture: Architecture = Field(Architecture.ARM64, description="The functions' processor.")
    packages: str = Field("dist/lambda", description="Where `make package` puts the functions' zips, from the project's root.")
    cors_origins: tuple[str, ...] = Field((), description="Origins whose pages may call the API and the bucket, parted by commas.")
    log_level: str = Field("INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$", description="The functions' log level.")
    alarm_email: str | None = Field(None, description="Who is told of alarms; must confirm the subscription once.")
    mail_from: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", description="The sender of mails. Its identity must be verified in SES before.")
    mail_identity: str | None = Field(None, description="That identity, a domain or an address; by default the sender's domain.")
    domain_name: str | None = Field(None, description="The API's own domain name; the default endpoint is then off.")
    certificate_arn: str | None = Field(None, description="The certificate of that name, in the same region.")
    rate: float = Field(500, gt=0, description="Requests that the API takes.")
    burst: int = Field(1_000, ge=1, description="The burst of that.")
    public_rate: float = Field(50, gt=0, description="Requests that each sign-in operation takes.")
    public_burst: int = Field(100, ge=1, description="The burst of that.")
    network_requests: int = Field(15_000, ge=10, description="Requests of one network in five minutes, before it is blocked.")
    authorizer_cache_seconds: int = Field(
        0, ge=0, le=300, description="How long a token's verdict is kept; an ended session counts as long."
    )
    cognito_plan: CognitoPlan = Field(CognitoPlan.ESSENTIALS, description="The user pool's feature plan.")
    search_instance: str = Field("t3.small.search", pattern=r"\.search$", description="The search nodes' type.")
    search_instances: int = Field(1, ge=1, le=20, description="How many there are; from two on they stand in two zones.")
    search_masters: int = Field(0, ge=0, le=5, description="Dedicated masters; three, or none.")
    search_volume_gib: int = Field(20, ge=10, description="Each search node's disk, in GiB.")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _parted(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.search is SearchKind.DYNAMODB:
            raise ValueError("search=dynamodb cannot be deployed yet: there is no such search index; choose opensearch")
        if (self.domain_name is None) != (self.certificate_arn is None):
            raise ValueError("domain_name and certificate_arn are given together")
        if self.search_masters not in {0, 3, 5}:
            raise ValueError("search_masters is 0, 3 or 5")
        if not all(map(is_origin, self.cors_origins)):
            raise ValueError("cors_origins are exact origins, such as https://app.example.org")
        return self

    @property
    def sender_identity(self) -> str:
        """The SES identity that mails are sent under."""
        return self.mail_identity or self.mail_from.rpartition("@")[2]


def choices_from(context: Mapping[str, object]) -> Choices:
    """The choices that a context holds. Names of the CDK's own, which have a colon or begin with @, are passed over.

    Raises `ChoiceRefused`; an unknown name comes with the nearest known one.
    """
    ours = {name: value for name, value in context.items() if ":" not in name and not name.startswith("@")}
    for name in ours.keys() - Choices.model_fields.keys():
        near = difflib.get_close_matches(name, Choices.model_fields, n=1)
        raise ChoiceRefused(f"There is no choice {name}.{f' Did you mean {near[0]}?' if near else ''}")
    try:
        return Choices.model_validate(ours)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ChoiceRefused(f"{place}: {first['msg']}" if place else first["msg"]) from None
