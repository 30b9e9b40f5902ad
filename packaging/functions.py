"""What each Lambda function's zip holds beside the code that all share."""

from dataclasses import dataclass

_TABLE = frozenset({"dynamodb"})
_TABLE_AND_BUCKET = frozenset({"dynamodb", "s3"})
# The gate before every operation verifies tokens, counts calls in memory and holds our keys.
_GATE = frozenset({"cognito", "dynamodb", "memory", "secretsmanager", "system"})
_EVENTS = frozenset({"dynamodb", "extraction", "memory", "opensearch", "s3", "system"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function: its handler is `demobackend_lambda.<name>.handler`.

    `requirements`: the set of others' packages, `requirements/lambda-<requirements>.txt`. `services`: the services of Amazon whose
    models botocore needs. `adapters`: the technologies that its areas stand on.
    """

    name: str
    requirements: str
    services: frozenset[str]
    adapters: frozenset[str]


FUNCTIONS = (
    Function(name="files", requirements="api", services=_TABLE_AND_BUCKET | {"secretsmanager"}, adapters=_GATE | {"s3"}),
    Function(
        name="users",
        requirements="api",
        services=_TABLE | {"cognito-idp", "secretsmanager", "sesv2"},
        adapters=_GATE | {"argon2", "ses"},
    ),
    Function(name="search", requirements="search", services=_TABLE | {"secretsmanager"}, adapters=_GATE | {"opensearch"}),
    Function(name="service", requirements="search", services=_TABLE_AND_BUCKET, adapters=_GATE | {"opensearch", "s3"}),
    Function(name="authorizer", requirements="api", services=_TABLE, adapters=_GATE),
    Function(name="file_events", requirements="search", services=_TABLE_AND_BUCKET, adapters=_EVENTS),
    Function(name="change_events", requirements="events", services=_TABLE_AND_BUCKET, adapters=_EVENTS),
    Function(name="schedule", requirements="events", services=_TABLE_AND_BUCKET, adapters=_EVENTS),
    Function(name="prepare", requirements="search", services=frozenset(), adapters=frozenset({"opensearch", "system"})),
)
