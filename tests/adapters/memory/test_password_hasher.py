"""What the contract leaves open about the password hasher in memory."""

from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher


def test_a_hash_of_lower_cost_is_outdated_and_still_verifies() -> None:
    weak, strong = MemoryPasswordHasher(cost=4), MemoryPasswordHasher(cost=6)
    password_hash = weak.hash("a long enough password")
    assert strong.is_outdated(password_hash)
    assert strong.verify("a long enough password", password_hash)
    assert not weak.is_outdated(strong.hash("a long enough password"))


def test_any_text_can_be_tried() -> None:
    hasher = MemoryPasswordHasher()
    password_hash = hasher.hash("a long enough password")
    assert [hasher.verify(text, password_hash) for text in ("\ud800", "", "\0", "x" * 100_000)] == [False] * 4


def test_a_hash_of_unknown_form_or_impossible_cost_is_never_right() -> None:
    hasher = MemoryPasswordHasher()
    good = hasher.hash("a long enough password")
    for foreign in (
        "",
        "plain",
        good.replace("2^8", "2^0"),
        good.replace("2^8", "2^99"),
        good + "A",
        "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA",
    ):
        assert not hasher.verify("a long enough password", foreign), foreign
        assert hasher.is_outdated(foreign), foreign
