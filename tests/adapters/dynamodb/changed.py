"""What stands in a row instead of what was written there."""

from demobackend.adapters.dynamodb.attributes import Value


def another(value: Value) -> Value:
    """A value of the same type, one bit or element away."""
    match value:
        case int():
            return value + 1
        case str():
            return value[:-1] + chr(ord(value[-1]) ^ 1)
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
    return ("changed",)
