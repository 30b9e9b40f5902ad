"""The calls that each operation makes of Amazon's services and OpenSearch, warm; `make docs` writes the document.

Warm is a second request to the same process: keys, secrets and connections are at hand by then.
"""

from collections.abc import Mapping

from demobackend.api.operations.table import OPERATIONS

type Calls = Mapping[str, int]

AUTHORIZER = "authorizer"

_GET, _BATCH, _QUERY = "DynamoDB GetItem", "DynamoDB BatchGetItem", "DynamoDB Query"
_PUT, _UPDATE, _TRANSACT = "DynamoDB PutItem", "DynamoDB UpdateItem", "DynamoDB TransactWriteItems"
_CHANGE: Calls = {_GET: 1, _UPDATE: 1}

BUDGET: Mapping[str, Calls] = {
    AUTHORIZER: {_GET: 1},
    "health": {},
    "ready": {_GET: 1, "OpenSearch HEAD /_alias/<alias>": 1, "S3 HeadBucket": 1},
    "version": {},
    "openapi": {},
    "jwks": {},
    "register": {_GET: 1, _TRANSACT: 1, "Cognito SignUp": 1},
    "confirm_registration": {_BATCH: 1, _GET: 2, _PUT: 1, "Cognito ConfirmSignUp": 1, _TRANSACT: 1},
    "resend_confirmation": {_GET: 2, _PUT: 1, "Cognito ResendConfirmationCode": 1},
    "login": {_BATCH: 2, _GET: 2, "Cognito AdminInitiateAuth": 1, _TRANSACT: 1},
    "refresh": {_GET: 2, _PUT: 1, "Cognito GetTokensFromRefreshToken": 1},
    "logout": {_GET: 1, _TRANSACT: 1, "Cognito RevokeToken": 1},
    "get_me": {_GET: 1},
    "update_me": {_GET: 1, _TRANSACT: 1},
    "create_file": {_TRANSACT: 1},
    "create_file with Idempotency-Key": {_PUT: 1, _TRANSACT: 1, _UPDATE: 1},
    "complete_upload": {_BATCH: 1, "S3 HeadObject": 1, _TRANSACT: 1},
    "abort_upload": {_GET: 1, _TRANSACT: 1, "S3 DeleteObject": 1},
    "list_files": {_QUERY: 1},
    "get_file": {_GET: 1},
    "update_file": _CHANGE,
    "trash_file": _CHANGE,
    "restore_file": _CHANGE,
    "download_link": {_GET: 1},
    "download": {_GET: 1},
    "usage": {_GET: 1},
    "search": {"OpenSearch POST /<alias>/_search": 1, _BATCH: 1},
}

_HEAD = """# Call budget

Made by `make docs` from `tests/integration/budget.py`; an integration test counts every call and fails at one more, and at one less.
Numbers are those of a second request to the same process. Operations that need a caller have the authorizer's calls besides. `ready`
asks at most once in five seconds. Signing an upload or a download makes no call.

| operation | calls | which |
|---|---|---|
"""


def document() -> str:
    """The table in Markdown; an operation that nobody measured yet stands at its end."""
    measured = [f"| `{name}` | {sum(calls.values())} | {worded(calls)} |\n" for name, calls in BUDGET.items()]
    others = [f"| `{operation.name}` | not measured | |\n" for operation in OPERATIONS if operation.name not in BUDGET]
    return "".join([_HEAD, *measured, *others])


def worded(calls: Calls) -> str:
    """Such as `2 DynamoDB GetItem, 1 S3 HeadObject`."""
    return ", ".join(f"{count} {name}".replace("<", "&lt;") for name, count in sorted(calls.items())) or "none"
