"""How many letters one address is sent, whoever asks for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRules:
    """How many letters go to one address within an hour, and within a day."""

    per_hour: int = 5
    per_day: int = 20
