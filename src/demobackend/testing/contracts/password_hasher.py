"""What every password hasher promises."""

from abc import abstractmethod

from demobackend.ports.password_hasher import PasswordHasher
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import race, winners

PASSWORD = "correct horse battery staple"
# As long as a password may be, in characters of four bytes.
LONGEST = "😀" * 128


class PasswordHasherContract(Contract):
    """The promises of `PasswordHasher`."""

    @abstractmethod
    def hasher(self) -> PasswordHasher:
        """Return a hasher; any of them verifies the hashes of any other."""

    def test_the_right_password_is_right_and_others_are_not(self) -> None:
        hasher = self.hasher()
        password_hash = hasher.hash(PASSWORD)
        assert hasher.verify(PASSWORD, password_hash)
        for other in ("", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), " " + PASSWORD, password_hash):
            assert not hasher.verify(other, password_hash), other

    def test_no_byte_of_a_password_is_ignored(self) -> None:
        hasher = self.hasher()
        pairs = (
            (LONGEST, LONGEST[:-1] + "😁"),
            (LONGEST, "😁" + LONGEST[1:]),
            (LONGEST, LONGEST[:-1]),
            ("a" * 71 + "bc", "a" * 71 + "bd"),
            ("a" * 127 + "x", "a" * 127 + "y"),
            ("before\0after", "before\0other"),
            ("before\0after", "before"),
            ("tail\0", "tail"),
            ("\u00e9" * 12, "e\u0301" * 12),
        )
        for password, other in pairs:
            password_hash = hasher.hash(password)
            assert hasher.verify(password, password_hash), password
            assert not hasher.verify(other, password_hash), other

    def test_a_hash_is_salted_anew_and_does_not_show_the_password(self) -> None:
        hasher = self.hasher()
        hashes = {hasher.hash(PASSWORD) for _ in range(5)}
        assert len(hashes) == 5
        assert not any(PASSWORD in password_hash for password_hash in hashes)

    def test_a_hash_describes_itself_so_that_another_hasher_verifies_it(self) -> None:
        password_hash = self.hasher().hash(PASSWORD)
        other = self.hasher()
        assert other.verify(PASSWORD, password_hash)
        assert not other.verify("another password", password_hash)

    def test_without_a_hash_no_password_is_right(self) -> None:
        hasher = self.hasher()
        hasher.hash(PASSWORD)
        for password in (PASSWORD, "", "None"):
            assert not hasher.verify(password, None)

    def test_a_new_hash_is_up_to_date(self) -> None:
        hasher = self.hasher()
        assert not hasher.is_outdated(hasher.hash(PASSWORD))

    def test_a_hash_that_cannot_be_read_is_outdated_and_raises_nothing(self) -> None:
        hasher = self.hasher()
        for unreadable in ("", "plain", "$2b$12$abcdefghijklmnopqrstuu", "é\0"):
            assert hasher.is_outdated(unreadable), unreadable

    def test_passwords_are_hashed_and_verified_beside_each_other(self) -> None:
        hasher = self.hasher()

        def round_trip(number: int) -> tuple[bool, bool]:
            password_hash = hasher.hash(f"{PASSWORD} {number}")
            return hasher.verify(f"{PASSWORD} {number}", password_hash), hasher.verify(f"{PASSWORD} {number + 1}", password_hash)

        assert winners(race(round_trip, callers=8)) == [(True, False)] * 8
