"""What an owner's files take up, and how much their plan allows."""

from dataclasses import dataclass, replace

from demobackend.domain.model.errors import FileTooLarge, QuotaExceeded

GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Limits: bytes and files in all, and bytes of one file."""

    id: str = "free"
    max_bytes: int = 5 * GIB
    max_files: int = 100_000
    max_file_bytes: int = 5 * GIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Bytes and files. Used: available, or trashed and not yet purged. Reserved: pending."""

    bytes_used: int = 0
    bytes_reserved: int = 0
    files_used: int = 0
    files_reserved: int = 0

    def reserve(self, size: int, plan: Plan) -> "Usage":
        """Room for one more file. Raises `FileTooLarge` or `QuotaExceeded`."""
        if size > plan.max_file_bytes:
            raise FileTooLarge
        if self.bytes_used + self.bytes_reserved + size > plan.max_bytes:
            raise QuotaExceeded
        if self.files_used + self.files_reserved + 1 > plan.max_files:
            raise QuotaExceeded
        return replace(self, bytes_reserved=self.bytes_reserved + size, files_reserved=self.files_reserved + 1)

    def settle(self, size: int) -> "Usage":
        """What was reserved is used now."""
        freed = self.release(size)
        return replace(freed, bytes_used=self.bytes_used + size, files_used=self.files_used + 1)

    def release(self, size: int) -> "Usage":
        """What was reserved is free again."""
        return replace(self, bytes_reserved=self.bytes_reserved - size, files_reserved=self.files_reserved - 1)

    def free(self, size: int) -> "Usage":
        """What was used is free again."""
        return replace(self, bytes_used=self.bytes_used - size, files_used=self.files_used - 1)
