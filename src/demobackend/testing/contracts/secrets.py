"""What every holder of secrets promises."""

from abc import abstractmethod

from demobackend.ports.secrets import Purpose, Secrets
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import race, winners


class SecretsContract(Contract):
    """The promises of `Secrets`."""

    @abstractmethod
    def secrets(self) -> Secrets:
        """Return the secrets of a new deployment; each time of another one."""

    def test_every_purpose_has_a_key_and_every_key_has_32_bytes(self) -> None:
        secrets = self.secrets()
        for purpose in Purpose:
            keys = secrets.keys(purpose)
            assert keys, purpose
            assert {(type(key), len(key)) for key in keys} == {(bytes, 32)}, purpose

    def test_keys_stay_the_same_from_call_to_call(self) -> None:
        secrets = self.secrets()
        first = {purpose: secrets.keys(purpose) for purpose in Purpose}
        assert {purpose: secrets.keys(purpose) for purpose in reversed(Purpose)} == first

    def test_keys_of_different_purposes_are_different(self) -> None:
        secrets = self.secrets()
        keys = [key for purpose in Purpose for key in secrets.keys(purpose)]
        assert len(set(keys)) == len(keys)

    def test_two_deployments_share_no_key(self) -> None:
        one, other = self.secrets(), self.secrets()
        keys = [{key for purpose in Purpose for key in secrets.keys(purpose)} for secrets in (one, other)]
        assert keys[0] & keys[1] == set()

    def test_no_key_is_plain(self) -> None:
        secrets = self.secrets()
        for purpose in Purpose:
            for key in secrets.keys(purpose):
                assert len(set(key)) > 16, purpose  # 32 random bytes have fewer different ones once in 10**15
                assert purpose.encode() not in key

    def test_many_that_ask_first_are_told_the_same_keys(self) -> None:
        secrets = self.secrets()
        told = winners(race(lambda _: tuple(secrets.keys(purpose) for purpose in Purpose)))
        assert set(told) == {tuple(secrets.keys(purpose) for purpose in Purpose)}
