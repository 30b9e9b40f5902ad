"""The library's standard retries of Amazon's clients without the pauses between them, which last up to a second each."""

from botocore.client import BaseClient
from botocore.retries.base import BaseRetryBackoff
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import (
    RetryContext,
    RetryEventAdapter,
    RetryHandler,
    RetryPolicy,
    RetryQuotaChecker,
    StandardRetryConditions,
)


class NoPause(BaseRetryBackoff):
    def delay_amount(self, context: RetryContext) -> float:
        return 0.0


def retry_at_once(client: BaseClient, *, attempts: int) -> None:
    """Let each call have so many attempts, and the client its whole budget of them: what other calls took is forgotten.

    What is worth another attempt is still decided by the library.
    """
    service = client.meta.service_model.service_id.hyphenize()
    event, name = f"needs-retry.{service}", f"retry-config-{service}"
    policy = RetryPolicy(StandardRetryConditions(max_attempts=attempts), NoPause())
    handler = RetryHandler(policy, RetryEventAdapter(), RetryQuotaChecker(RetryQuota()))  # type: ignore[arg-type]  # the stub takes the checker for its quota
    client.meta.events.unregister(event, unique_id=name)
    client.meta.events.register(event, handler.needs_retry, unique_id=name)  # type: ignore[arg-type]  # the stub denies handlers their answers
