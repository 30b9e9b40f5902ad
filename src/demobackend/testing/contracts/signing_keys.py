"""What every holder of signing keys promises."""

import base64
from abc import abstractmethod
from datetime import datetime, timedelta

from demobackend.ports.signing_keys import SigningKey, SigningKeys
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import race, winners
from demobackend.testing.samples import HOUR, MINUTE

WALK = timedelta(days=200)
STEP = 6 * HOUR
FINE_STEP = 5 * MINUTE
TOKEN_LIFE = 15 * MINUTE
MIN_BITS = 2_048
_INTEGER, _OCTET_STRING = 0x02, 0x04


class SigningKeysContract(Contract):
    """The promises of `SigningKeys`. Rotation is checked over 200 days, for keys that rotate as time passes."""

    @abstractmethod
    def keys(self) -> tuple[SigningKeys, datetime]:
        """Return the keys of a new deployment, and the moment at which they begin."""

    def test_the_signing_key_is_published(self) -> None:
        keys, start = self.keys()
        assert keys.signing(start) in keys.published(start)

    def test_a_key_is_an_rsa_key_of_at_least_2048_bits(self) -> None:
        keys, start = self.keys()
        for key in (keys.signing(start), *keys.published(start)):
            assert modulus_bits(key.private_pem) >= MIN_BITS

    def test_keys_stay_the_same_from_call_to_call(self) -> None:
        keys, start = self.keys()
        signing, published = keys.signing(start), keys.published(start)
        assert (keys.signing(start), keys.published(start)) == (signing, published)

    def test_published_keys_are_told_apart_by_their_ids_and_come_newest_first(self) -> None:
        change = self._first_change() or WALK
        keys, start = self.keys()
        for at in (start, start + change - STEP, start + change):
            published = keys.published(at)
            assert len({key.id for key in published}) == len(published)
            assert [key.made_at for key in published] == sorted((key.made_at for key in published), reverse=True)

    def test_two_deployments_share_no_key(self) -> None:
        (one, at_one), (other, at_other) = self.keys(), self.keys()
        assert one.signing(at_one).private_pem != other.signing(at_other).private_pem
        assert one.signing(at_one).id != other.signing(at_other).id

    def test_a_key_does_not_show_itself_in_print(self) -> None:
        keys, start = self.keys()
        key = keys.signing(start)
        assert "PRIVATE" not in f"{key!r} {key}"

    def test_many_that_ask_first_are_told_the_same_key(self) -> None:
        keys, start = self.keys()
        told = winners(race(lambda _: keys.signing(start), callers=8))
        assert {key.id for key in told} == {keys.signing(start).id}

    def test_a_key_is_published_before_it_signs_and_as_long_as_its_tokens_live(self) -> None:
        change = self._first_change()
        if change is None:
            return  # a deployment that ends before its first rotation has nothing to publish early
        keys, start = self.keys()
        at = start + change - STEP
        last, published = keys.signing(at), [keys.published(at)]
        while (key := keys.signing(at)).id == last.id:
            at += FINE_STEP
            published.append(keys.published(at))
        assert key.id in _ids(published[max(0, len(published) - 2)]), "A key signs that was not published before."
        for wait in (timedelta(0), TOKEN_LIFE / 2, TOKEN_LIFE):
            assert last.id in _ids(keys.published(at + wait)), "A key is withdrawn while its tokens live."

    def _first_change(self) -> timedelta | None:
        """How long after its beginning a deployment signs with another key; None if it does not within the walk."""
        keys, start = self.keys()
        first, passed = keys.signing(start), STEP
        while passed <= WALK:
            if keys.signing(start + passed).id != first.id:
                return passed
            passed += STEP
        return None


def _ids(keys: tuple[SigningKey, ...]) -> set[str]:
    return {key.id for key in keys}


def modulus_bits(private_pem: bytes) -> int:
    """The length of an RSA key's modulus. Reads PKCS #8 (RFC 5958) around PKCS #1 (RFC 8017), so that no library is needed."""
    lines = private_pem.decode("ascii").strip().splitlines()
    assert (lines[0], lines[-1]) == ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----")
    wrapped = _members(_members(base64.b64decode("".join(lines[1:-1])))[0][1])
    private_key = next(content for tag, content in wrapped if tag == _OCTET_STRING)
    integers = [content for tag, content in _members(_members(private_key)[0][1]) if tag == _INTEGER]
    return int.from_bytes(integers[1]).bit_length()


def _members(der: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each value in a row of DER values."""
    members: list[tuple[int, bytes]] = []
    place = 0
    while place < len(der):
        tag, length, place = der[place], der[place + 1], place + 2
        if length & 0x80:
            octets = length & 0x7F
            length, place = int.from_bytes(der[place : place + octets]), place + octets
        members.append((tag, der[place : place + length]))
        place += length
    return members
