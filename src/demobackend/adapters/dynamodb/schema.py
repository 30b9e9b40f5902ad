"""The table: its keys, its indexes, its stream, and where each kind of row lies.

====================  =====================  ======================  ===========================================
row                   `PK`                   `SK`                    besides
====================  =====================  ======================  ===========================================
file                  `U#<owner>`            `F#<file>`              `name_key`; `due_shard`, `due_at` when discarded
upload                `F#<file>`             `P#<upload>`            `due_shard`, `due_at` while open; `ttl` once aborted
usage                 `U#<owner>`            `USAGE`
account               `U#<user>`             `ACCOUNT`
address               `E#<address>`          `E`
session               `S#<session>`          `S`                     `ttl`
idempotent request    `I#<caller>#<op>#<k>`  `I`                     `ttl`
rate limit            `R#<bucket>`           `R`                     `ttl`
audit event           `A#<user>`             `A#<event>`             `ttl`
====================  =====================  ======================  ===========================================

`by_name` holds files in order of name; being local, it can be read consistently. It limits what lies under one `PK` to 10 GB, index
included: rows are below 25 KB. So events do not lie under their user, where a year of sign-ins would take room from files. `due` holds
only what a sweep looks for, in a few shards so that no one partition of the index takes every write. `ttl` is in seconds since 1970;
DynamoDB deletes late, within days, so whoever reads compares times with the clock.
Source: Amazon DynamoDB Developer Guide (local and global secondary indexes, item collections, time to live).
"""

from typing import TYPE_CHECKING, Final, NamedTuple

from demobackend.adapters.botocore_errors import in_domain_words

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import CreateTableInputTypeDef, TimeToLiveSpecificationTypeDef

BY_NAME: Final = "by_name"
DUE: Final = "due"

TIME_TO_LIVE: "Final[TimeToLiveSpecificationTypeDef]" = {"AttributeName": "ttl", "Enabled": True}
"""As `UpdateTimeToLive` wants it."""


class Key(NamedTuple):
    """A row's primary key."""

    pk: str
    sk: str


def escaped(part: str) -> str:
    """Any text as a part of a key, so that two tuples of parts never share one."""
    return part.replace("%", "%25").replace("#", "%23")


def table_definition(name: str) -> "CreateTableInputTypeDef":
    """The table as `CreateTable` wants it, but for protection, encryption and backups, which belong to the deployment."""
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
            {"AttributeName": "name_key", "AttributeType": "S"},
            {"AttributeName": "due_shard", "AttributeType": "S"},
            {"AttributeName": "due_at", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        "LocalSecondaryIndexes": [
            {
                "IndexName": BY_NAME,
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "name_key", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": DUE,
                "KeySchema": [{"AttributeName": "due_shard", "KeyType": "HASH"}, {"AttributeName": "due_at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }


def create_table(client: "DynamoDBClient", name: str) -> None:
    """Create the table and wait until it takes writes: for tests and emulators. Raises `Unavailable`, also when it exists."""
    with in_domain_words():
        client.create_table(**table_definition(name))
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=TIME_TO_LIVE)
