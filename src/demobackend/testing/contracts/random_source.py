"""What every source of randomness promises. Each bound is missed by a fair source less than once in 10**9 runs."""

import base64
import re
from abc import abstractmethod
from itertools import pairwise

from demobackend.ports.random_source import RandomSource
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import race, winners

TOKEN = re.compile("[A-Za-z0-9_-]{43}")
DRAWS = 2_000
_HALF = 7 * (DRAWS / 4) ** 0.5  # seven times the spread of what happens half of the time
_TENTH = 7 * (DRAWS * 0.09) ** 0.5  # and of what happens once in ten times


class RandomSourceContract(Contract):
    """The promises of `RandomSource`."""

    @abstractmethod
    def source(self) -> RandomSource:
        """Return a source of randomness."""

    def test_a_token_has_43_characters_of_the_url_safe_alphabet(self) -> None:
        source = self.source()
        for _ in range(100):
            token = source.token()
            assert TOKEN.fullmatch(token), token

    def test_no_two_tokens_are_the_same(self) -> None:
        source = self.source()
        assert len({source.token() for _ in range(DRAWS)}) == DRAWS

    def test_each_of_a_tokens_256_bits_is_set_half_of_the_time(self) -> None:
        source = self.source()
        numbers = [int.from_bytes(base64.urlsafe_b64decode(source.token() + "=")) for _ in range(DRAWS)]
        for bit in range(256):
            ones = sum(number >> bit & 1 for number in numbers)
            assert abs(ones - DRAWS / 2) < _HALF, bit

    def test_as_many_digits_come_as_were_asked_for(self) -> None:
        source = self.source()
        for count in (1, 2, 6, 20, 100):
            drawn = source.digits(count)
            assert len(drawn) == count
            assert re.fullmatch("[0-9]+", drawn), drawn

    def test_every_digit_is_as_frequent_at_every_place(self) -> None:
        source = self.source()
        draws = [source.digits(6) for _ in range(DRAWS)]
        for place in range(6):
            for digit in "0123456789":
                share = sum(drawn[place] == digit for drawn in draws)
                assert abs(share - DRAWS / 10) < _TENTH, (place, digit)

    def test_leading_zeros_are_kept(self) -> None:
        source = self.source()
        draws = [source.digits(6) for _ in range(DRAWS)]
        assert {len(drawn) for drawn in draws} == {6}
        assert any(drawn.startswith("0") for drawn in draws)
        assert any(drawn.startswith("00") for drawn in draws)

    def test_one_draw_says_nothing_of_the_next(self) -> None:
        source = self.source()
        draws = [source.digits(1) for _ in range(DRAWS)]
        repeated = sum(one == other for one, other in pairwise(draws))
        assert abs(repeated - DRAWS / 10) < _TENTH

    def test_many_that_draw_at_once_draw_different_tokens(self) -> None:
        source = self.source()
        drawn = winners(race(lambda _: [source.token() for _ in range(5)]))
        tokens = [token for tokens in drawn for token in tokens]
        assert len(set(tokens)) == len(tokens)
