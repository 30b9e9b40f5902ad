"""Settings: what can be chosen from outside, in one typed model.

Precedence: arguments > environment (`DEMOBACKEND_*`, `__` nests) > `.env` > `demobackend.toml` > defaults. Nothing is read
before `load_settings` is called.
"""

import difflib
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from demobackend.api.gate import Rules
from demobackend.api.origins import is_origin
from demobackend.composition.sources import PREFIX, Place, Unreadable, dotenv, from_toml, from_variables, overlaid, variable
from demobackend.domain.model.extraction import MAX_CPU_SECONDS, MAX_MEMORY_BYTES, MAX_WALL_SECONDS
from demobackend.domain.model.letter_rules import LetterRules
from demobackend.domain.model.lockout import LockoutRules
from demobackend.domain.model.usage import Plan

_CLIENT_NAMES = frozenset({"API", "PASSWORD"})  # read by the command line client, not settings of a server


_RAISED = "Value error, "  # how pydantic begins a sentence of ours


class SettingsRefused(Exception):
    """A setting is unknown or not acceptable; the message says which and what may be meant."""


class Profile(StrEnum):
    """Which family of adapters stands behind the ports."""

    MEMORY = "memory"
    LOCAL = "local"
    AWS = "aws"


def _by_profile(memory: str, local: str, aws: str) -> Mapping[Profile, str]:
    return {Profile.MEMORY: memory, Profile.LOCAL: local, Profile.AWS: aws}


_TECHNOLOGIES: Mapping[str, Mapping[Profile, str]] = {
    "blobs": _by_profile("memory", "filesystem", "s3"),
    "catalog": _by_profile("memory", "sqlite", "dynamodb"),
    "search": _by_profile("memory", "sqlite", "opensearch"),
    "accounts": _by_profile("memory", "sqlite", "dynamodb"),
    "sessions": _by_profile("memory", "sqlite", "dynamodb"),
    "idempotency": _by_profile("memory", "sqlite", "dynamodb"),
    "identity": _by_profile("own", "own", "cognito"),
    "mail": _by_profile("memory", "filesystem", "ses"),
    "secrets": _by_profile("memory", "filesystem", "secretsmanager"),
}
EMBEDDED = frozenset({"memory", "sqlite", "filesystem"})  # technologies that keep what they hold in one process, or on one machine


def technologies(port: str) -> tuple[str, ...]:
    """What may stand behind a port."""
    return tuple(dict.fromkeys(_TECHNOLOGIES[port].values()))


_NO_SIGNING_KEYS = (
    "identity.kind=own signs tokens with RSA keys, which secrets.kind=secretsmanager does not hold; "
    "choose identity.kind=cognito, or secrets.kind=filesystem."
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# Each default stands where its rule is.
_PLAN = Plan()
_RULES = Rules()
_LOCKOUT = LockoutRules()
_LETTERS = LetterRules()


class PlanSettings(_Part):
    """What one owner may store."""

    max_bytes: int = Field(_PLAN.max_bytes, ge=0, description="Bytes in all files together.")
    max_files: int = Field(_PLAN.max_files, ge=0, description="Files.")
    max_file_bytes: int = Field(_PLAN.max_file_bytes, ge=0, description="Bytes in one file.")


class LimitSettings(_Part):
    """Calls per window; lockout after wrong passwords and codes; letters to one address."""

    caller_calls: int = Field(_RULES.caller_calls, ge=1, description="Calls of one signed-in person in a window.")
    caller_seconds: float = Field(_RULES.caller_window.total_seconds(), gt=0, description="Seconds of that window.")
    public_calls: int = Field(_RULES.public_calls, ge=1, description="Public sign-in calls from one network in a window.")
    public_seconds: float = Field(_RULES.public_window.total_seconds(), gt=0, description="Seconds of that window.")
    failures_per_account: int = Field(_LOCKOUT.per_account, ge=1, description="Wrong passwords and codes that lock an account.")
    failures_per_network: int = Field(_LOCKOUT.per_network, ge=1, description="Wrong passwords and codes that lock a network out.")
    failures_everywhere: int = Field(_LOCKOUT.everywhere, ge=1, description="Wrong passwords and codes that lock everybody out.")
    failure_minutes: float = Field(_LOCKOUT.window / timedelta(minutes=1), gt=0, description="Minutes within which they are counted.")
    letters_per_hour: int = Field(_LETTERS.per_hour, ge=1, description="Letters (codes, notices) to one address within an hour.")
    letters_per_day: int = Field(_LETTERS.per_day, ge=1, description="Letters to one address within a day.")


class TokenSettings(_Part):
    """Access tokens: who issues them, for whom, and for how many seconds.

    The issuer is a name, not our address: whoever serves on another port tomorrow is still signed in.
    """

    issuer: str = Field("urn:demobackend:local", min_length=1, description="The claim `iss`.")
    client_id: str = Field("demobackend", description="The claim `client_id`.")
    seconds: int = Field(900, ge=5, le=3600, description="Seconds that a token lives.")

    @property
    def life(self) -> timedelta:
        """How long an access token lives."""
        return timedelta(seconds=self.seconds)


class HashSettings(_Part):
    """Argon2id's cost: KiB of memory, passes, lanes (OWASP's first recommendation by default)."""

    memory_kib: int = Field(19_456, ge=8, description="KiB of memory.")
    passes: int = Field(2, ge=1, description="Passes over the memory.")
    lanes: int = Field(1, ge=1, description="Lanes.")


class ExtractionSettings(_Part):
    """What reading one document may cost."""

    cpu_seconds: int = Field(MAX_CPU_SECONDS, ge=1, description="Seconds of processor time.")
    wall_seconds: int = Field(MAX_WALL_SECONDS, ge=1, description="Seconds by the clock.")
    memory_mib: int = Field(MAX_MEMORY_BYTES // 1024**2, ge=64, description="MiB of memory.")


class AwsSettings(_Part):
    """Where things are on AWS. Credentials, and the endpoints of emulators, come from Amazon's own variables
    (`AWS_PROFILE`, `AWS_ENDPOINT_URL`, ...)."""

    region: str | None = Field(None, description="The region; none takes Amazon's own setting.")
    table: str = Field("demobackend", description="The DynamoDB table.")
    bucket: str = Field("", description="The S3 bucket of the files' bytes.")
    kms_key: str | None = Field(None, description="The KMS key that uploads are encrypted with; none takes the bucket's.")
    user_pool_id: str = Field("", description="The Cognito user pool.")
    client_id: str = Field("", description="The app client in it.")
    client_secret_id: str | None = Field(None, description="The Secrets Manager secret that holds the app client's secret.")
    issuer: str | None = Field(None, description="The claim `iss` of its tokens; none takes what Cognito documents.")
    keys_url: str | None = Field(None, description="Where its keys are published; none takes what Cognito documents.")
    search_url: str = Field("", description="The OpenSearch endpoint, https except on loopback.")
    search_alias: str = Field("files", description="The alias of the search index.")
    mail_from: str = Field("", description="The sender of mails, an identity verified in SES.")
    mail_configuration_set: str | None = Field(None, description="The SES configuration set.")
    secrets_prefix: str = Field("demobackend/", description="What the names of our keys in Secrets Manager begin with.")


class StoreSettings(_Part):
    """Which technology stands behind one port; None takes the profile's."""

    kind: str | None = Field(None, description="none takes the profile's.")


def _as_sent(origin: str) -> str:
    if not is_origin(origin):
        raise ValueError(f"{origin!r} is no origin that a browser sends, such as 'https://app.example.org'")
    return origin


_Origin = Annotated[str, AfterValidator(_as_sent)]


class Settings(_Part):
    """Everything that can be chosen. Each field is documented in docs/settings.md."""

    profile: Profile = Field(Profile.LOCAL, description="Which family of adapters stands behind the ports: local, memory or aws.")
    data: Path = Field(Path(".demobackend"), description="The directory that holds everything the local profile keeps.")
    base_url: str = Field(
        "http://127.0.0.1:8787",
        pattern=r"^https?://[^/?#]+$",
        description="Our public origin in links; a server that is told none takes its own.",
    )
    cors_origins: list[_Origin] = Field([], description="Origins whose pages may call us; in the environment a JSON list.")
    log_level: str = Field("INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")
    plan: PlanSettings = PlanSettings()
    limits: LimitSettings = LimitSettings()
    tokens: TokenSettings = TokenSettings()
    password_hash: HashSettings = HashSettings()
    extraction: ExtractionSettings = ExtractionSettings()
    aws: AwsSettings = AwsSettings()
    blobs: StoreSettings = StoreSettings()
    catalog: StoreSettings = StoreSettings()
    search: StoreSettings = StoreSettings()
    accounts: StoreSettings = StoreSettings()
    sessions: StoreSettings = StoreSettings()
    idempotency: StoreSettings = StoreSettings()
    identity: StoreSettings = StoreSettings()
    mail: StoreSettings = StoreSettings()
    secrets: StoreSettings = StoreSettings()

    @property
    def kinds(self) -> dict[str, str]:
        """Port to technology: as chosen, else the profile's. Raises `SettingsRefused` for what does not exist or cannot work together."""
        chosen = {}
        for port, kinds in _TECHNOLOGIES.items():
            kind = getattr(self, port).kind or kinds[self.profile]
            known = technologies(port)
            if kind not in known:
                raise SettingsRefused(f"{port}.kind is one of {', '.join(sorted(known))}, not {kind}.")
            chosen[port] = kind
        if chosen["identity"] == "own" and chosen["secrets"] == "secretsmanager":
            raise SettingsRefused(_NO_SIGNING_KEYS)
        return chosen

    def require_shared_stores(self) -> None:
        """For processes that come and go, as AWS Lambda's do: with the profile aws, what one of them keeps the next must see.

        Raises `SettingsRefused`.
        """
        if self.profile is not Profile.AWS:
            return
        for port, kind in self.kinds.items():
            if kind in EMBEDDED:
                better = _TECHNOLOGIES[port][Profile.AWS]
                raise SettingsRefused(f"{port}.kind={kind} forgets what it holds when a Lambda function ends; choose {better}.")


def load_settings(**chosen: Any) -> Settings:
    """Read every source once. Raises `SettingsRefused`; an unknown name comes with the nearest known one."""
    try:
        return Settings.model_validate(overlaid(_layers(chosen)))
    except Unreadable as unreadable:
        raise SettingsRefused(str(unreadable)) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SettingsRefused(_unknown(name)) from None
        raise SettingsRefused(f"The setting {name} is not acceptable: {first['msg'].removeprefix(_RAISED)}.") from None


def _layers(chosen: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """What each source says, the weakest first. Raises `SettingsRefused`, `Unreadable`."""
    places = dict(_places(Settings))
    yield from_toml(Path("demobackend.toml"))
    for variables in (dotenv(Path(".env")), os.environ):
        _check_names(variables, places)
        yield from_variables(variables, places)
    yield chosen


def _check_names(variables: Mapping[str, str], places: Mapping[Place, bool]) -> None:
    """An unknown variable with our prefix is a typing error."""
    known = {variable(place) for place in places} | {f"{PREFIX}{name}" for name in _CLIENT_NAMES}
    for name in variables:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsRefused(_unknown(name[len(PREFIX) :].lower().replace("__", "."), shown=name))


def _unknown(name: str, *, shown: str | None = None) -> str:
    known = [".".join(place) for place, _ in _places(Settings)]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no setting {shown or name}.{hint}"


def _places(model: type[BaseModel]) -> Iterator[tuple[Place, bool]]:
    """Every setting, and whether a variable tells it in JSON, as one does a list or a whole group."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield (name,), True
            yield from (((name, *place), is_json) for place, is_json in _places(kind))
        else:
            yield (name,), get_origin(kind) is list
