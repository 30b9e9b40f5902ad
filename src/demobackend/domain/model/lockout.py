"""How many failures lock an account, a network or everybody out."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LockoutRules:
    """How many wrong passwords and codes are taken within `window`, for one account, from one network, and in all."""

    per_account: int = 10
    per_network: int = 1_000
    everywhere: int = 10_000
    window: timedelta = timedelta(minutes=15)
