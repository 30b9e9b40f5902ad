"""What every store of idempotency keys promises."""

from abc import abstractmethod
from dataclasses import replace
from datetime import datetime

import pytest

from demobackend.domain.model.errors import IdempotencyMismatch, RequestInProgress
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import CALLERS, race, refusals, winners
from demobackend.testing.samples import DAY, MILLISECOND, MINUTE, NOON, SECOND

REQUEST = KeyedRequest(caller="ada", operation="create_file", key="k1", digest="d1")
OTHER_BODY = replace(REQUEST, digest="d2")
ANSWER = KeptAnswer(201, (("Location", "/v1/files/1"), ("ETag", '"1"'), ("ETag", '"1"')), bytes(range(256)))


def begin(store: IdempotencyStore, request: KeyedRequest = REQUEST, *, at: datetime = NOON) -> KeptAnswer | None:
    """Claim a key for a minute and keep its answer for a day."""
    return store.begin(request, at=at, lease=MINUTE, kept=DAY)


class IdempotencyStoreContract(Contract):
    """The promises of `IdempotencyStore`."""

    @abstractmethod
    def empty_store(self) -> IdempotencyStore:
        """Return a store without a key."""

    def test_a_first_request_is_to_be_carried_out(self) -> None:
        assert begin(self.empty_store()) is None

    def test_a_repeated_request_gets_the_kept_answer(self) -> None:
        store = self.empty_store()
        begin(store)
        store.finish(REQUEST, ANSWER)
        for at in (NOON, NOON + SECOND, NOON + 2 * MINUTE, NOON + DAY - SECOND):
            assert begin(store, at=at) == ANSWER

    def test_an_answer_may_be_empty_or_large(self) -> None:
        for answer in (KeptAnswer(204, (), b""), KeptAnswer(200, (), b"0123456789abcdef" * 16_384)):
            store = self.empty_store()
            begin(store)
            store.finish(REQUEST, answer)
            assert begin(store) == answer

    def test_a_request_that_is_still_at_work_is_not_started_again(self) -> None:
        store = self.empty_store()
        begin(store)
        for at in (NOON, NOON + MINUTE - MILLISECOND):
            with pytest.raises(RequestInProgress):
                begin(store, at=at)

    def test_a_lapsed_lease_can_be_claimed_anew_once(self) -> None:
        store = self.empty_store()
        begin(store)
        assert begin(store, at=NOON + MINUTE + MILLISECOND) is None
        with pytest.raises(RequestInProgress):
            begin(store, at=NOON + MINUTE + SECOND)

    def test_a_key_with_another_request_is_refused_before_and_after_the_answer(self) -> None:
        store = self.empty_store()
        begin(store)
        with pytest.raises(IdempotencyMismatch):
            begin(store, OTHER_BODY)
        with pytest.raises(IdempotencyMismatch):
            begin(store, OTHER_BODY, at=NOON + 2 * MINUTE)
        store.finish(REQUEST, ANSWER)
        with pytest.raises(IdempotencyMismatch):
            begin(store, OTHER_BODY)
        assert begin(store) == ANSWER

    def test_a_key_is_forgotten_when_its_time_is_over(self) -> None:
        store = self.empty_store()
        begin(store)
        store.finish(REQUEST, ANSWER)
        assert begin(store, OTHER_BODY, at=NOON + DAY + MILLISECOND) is None
        with pytest.raises(IdempotencyMismatch):
            begin(store, at=NOON + DAY + MILLISECOND)

    def test_the_time_of_an_answer_counts_from_its_claim(self) -> None:
        store = self.empty_store()
        begin(store)
        begin(store, at=NOON + 2 * MINUTE)
        store.finish(REQUEST, ANSWER)
        assert begin(store, at=NOON + DAY + MINUTE) == ANSWER
        assert begin(store, at=NOON + DAY + 3 * MINUTE) is None

    def test_a_released_key_can_be_used_again_also_for_another_request(self) -> None:
        for request in (REQUEST, OTHER_BODY):
            store = self.empty_store()
            begin(store)
            store.release(REQUEST)
            assert begin(store, request) is None

    def test_keys_are_told_apart_by_caller_operation_and_key(self) -> None:
        store = self.empty_store()
        tuples = [("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x"), ("ab", "", "c"), ("a", "bc", ""), ("a#b", "c", "")]
        tuples += [("a", "b#c", ""), ("a:b", "", "c"), ("", "a", "b#c"), ("a", "b", "C"), ("a", "b", "c "), ("a", "b", "k" * 255)]
        requests = [KeyedRequest(*names, digest=str(number)) for number, names in enumerate(tuples)]
        for number, request in enumerate(requests):
            assert begin(store, request) is None, request
            store.finish(request, KeptAnswer(200, (), str(number).encode()))
        assert [begin(store, request) for request in requests] == [
            KeptAnswer(200, (), str(number).encode()) for number in range(len(requests))
        ]

    def test_of_many_that_claim_one_key_one_wins(self) -> None:
        store = self.empty_store()
        outcomes = race(lambda _: begin(store))
        assert winners(outcomes) == [None]
        assert refusals(outcomes) == {RequestInProgress: CALLERS - 1}

    def test_of_many_that_claim_a_lapsed_key_one_wins(self) -> None:
        store = self.empty_store()
        begin(store)
        outcomes = race(lambda _: begin(store, at=NOON + 2 * MINUTE))
        assert winners(outcomes) == [None]
        assert refusals(outcomes) == {RequestInProgress: CALLERS - 1}
