"""Every row of the corpus, by group."""

from tests.api.sameness.row import Row
from tests.api.sameness.rows import bodies, changes, files, heads, paths

CORPUS: dict[str, list[Row]] = {
    "path": paths.PATHS,
    "method": paths.METHODS,
    "caller": heads.CALLERS,
    "content type": heads.CONTENT_TYPES,
    "idempotency key": heads.KEYS,
    "header": heads.OTHERS,
    "broken body": bodies.BROKEN,
    "invalid body": bodies.INVALID,
    "body size": bodies.SIZES,
    "new file": files.DECLARED,
    "list": files.LISTED,
    "condition": changes.CONDITIONS,
    "upload and link": changes.UPLOADS,
    "search": changes.FOUND,
    "person and service": changes.PEOPLE,
}
