"""Which addresses a group of processes listens on, as Linux tells it (proc(5), `/proc/net/tcp`)."""

import re
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

_PROC = Path("/proc")
_LISTENING = "0A"


def listening(group: int) -> set[tuple[str, int]]:
    """The addresses and ports on which processes of this group accept TCP connections."""
    inodes = {inode for process in _members(group) for inode in _sockets(process)}
    lines = [line.split() for table in ("tcp", "tcp6") for line in (_PROC / "net" / table).read_text().splitlines()[1:]]
    return {_address(line[1]) for line in lines if line[3] == _LISTENING and line[9] in inodes}


def _members(group: int) -> list[Path]:
    """The processes of a group. The name in a `stat` file may hold anything, so its fields are counted from the last parenthesis."""
    processes = []
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == group:
            processes.append(stat.parent)
    return processes


def _sockets(process: Path) -> list[str]:
    links = []
    for descriptor in (process / "fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except OSError:  # it was closed meanwhile
            continue
    return re.findall(r"socket:\[(\d+)\]", " ".join(links))


def _address(written: str) -> tuple[str, int]:
    """The address and port of `0100007F:1F90`: 32-bit words in this machine's byte order."""
    host, _, port = written.partition(":")
    octets = b"".join(bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8))
    address = IPv4Address(octets) if len(octets) == 4 else IPv6Address(octets).ipv4_mapped or IPv6Address(octets)
    return str(address), int(port, 16)
