"""The queues: arrivals of bytes, and the dead letters of each kind of event."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

ARRIVAL_SECONDS = 60
"""How long the function has for a batch of arrivals; a message that it holds is hidden from others six times as long."""
DELAY = Duration.minutes(15)
"""As long as an upload's signature lives, and the longest that a queue can hold a message back."""
TRIES = 5


class Queues(Construct):
    """Dead letters stay two weeks, as long as a queue can keep them; an alarm says when there is one."""

    def __init__(self, scope: Construct, name: str, *, key: kms.IKey) -> None:
        super().__init__(scope, name)
        self._key = key
        self.dead_arrivals = self._dead("DeadArrivals")
        self.dead_changes = self._dead("DeadChanges")
        self.dead_sweeps = self._dead("DeadSweeps")
        self.arrivals = sqs.Queue(
            self,
            "Arrivals",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            delivery_delay=DELAY,
            visibility_timeout=Duration.seconds(6 * ARRIVAL_SECONDS),
            retention_period=Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_arrivals, max_receive_count=TRIES),
        )

    @property
    def dead(self) -> dict[str, sqs.Queue]:
        """The queues that should be empty, by name."""
        return {"DeadArrivals": self.dead_arrivals, "DeadChanges": self.dead_changes, "DeadSweeps": self.dead_sweeps}

    def _dead(self, name: str) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self._key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
