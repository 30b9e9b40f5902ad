"""A blob store against a dict."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from demobackend.domain.model.blob import BlobFacts, BlobKey
from demobackend.domain.model.errors import AlreadyExists, NotFound
from demobackend.ports.blob_store import BlobStore
from demobackend.testing.machines.run import Tally
from demobackend.testing.samples import SECOND

RULES = ("bring", "bring_again", "delete", "read", "list")
CONTENTS = (b"", b"a", b"b" * 1_000, bytes(range(256)))


class BlobStoreMachine(RuleBasedStateMachine):
    """Brings, reads, lists and deletes the bytes of a few keys."""

    def __init__(self, store: BlobStore, bring: Callable[[BlobKey, bytes], None], keys: tuple[BlobKey, ...], tally: Tally) -> None:
        super().__init__()
        self.store, self.bring_bytes, self.keys, self.tally = store, bring, keys, tally
        self.stored: dict[BlobKey, bytes] = {}
        self.seen: dict[BlobKey, BlobFacts] = {}

    @rule(number=st.integers(0, 4), content=st.sampled_from(CONTENTS))
    def bring(self, number: int, content: bytes) -> None:
        key = self.keys[number]
        try:
            self.bring_bytes(key, content)
            taken = False
        except AlreadyExists:
            taken = True
        assert taken is (key in self.stored)
        self.tally["bring_again" if taken else "bring"] += 1
        self.stored.setdefault(key, content)

    @rule(number=st.integers(0, 4))
    def delete(self, number: int) -> None:
        key = self.keys[number]
        self.tally["delete"] += key in self.stored
        self.store.delete(key)
        self.stored.pop(key, None)
        self.seen.pop(key, None)

    @rule(number=st.integers(0, 4))
    def read(self, number: int) -> None:
        key = self.keys[number]
        try:
            with self.store.open(key) as stream:
                content: bytes | None = stream.read()
            facts: BlobFacts | None = self.store.head(key)
        except NotFound:
            content = facts = None
        assert content == self.stored.get(key)
        if content is not None and facts is not None:
            assert facts.size == len(content)
            assert self.seen.setdefault(key, facts) == facts
            self.tally["read"] += 1

    @rule()
    def list_keys(self) -> None:
        moments = [self.store.head(key).stored_at for key in self.stored]
        for moment in (*moments, *(later + SECOND for later in moments)):
            expected = sorted(key.text for key in self.stored if self.store.head(key).stored_at < moment)
            assert [key.text for key in self.store.keys_stored_before(moment)] == expected
        self.tally["list"] += bool(moments)
