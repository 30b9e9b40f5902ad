"""Short ways through a world: somebody who is signed in, a file that is there."""

import re
from hashlib import sha256

from demobackend.domain.model.account import NewPassword
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.file import File
from demobackend.domain.model.names import FileName, MediaType, Sha256, Tags
from demobackend.domain.model.tokens import Tokens
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.ports.blob_gateway import BlobGateway
from demobackend.testing.world import World

PASSWORD = "correct horse battery"
_CODE = re.compile(r"\b[0-9]{6}\b")


def mailed_codes(world: World, address: str) -> list[str]:
    """The codes sent to an address, newest first."""
    mails = world.stores.mailbox.newest(to=EmailAddress(address).canonical, limit=100)
    return [match[0] for sent in mails if (match := _CODE.search(sent.mail.text))]


def register(world: World, address: str) -> None:
    """An account that waits for its code."""
    world.users.register(EmailAddress(address), NewPassword(PASSWORD), None)


def sign_in(world: World, address: str) -> Tokens:
    """Tokens of a confirmed account, made if need be."""
    email = EmailAddress(address)
    before = mailed_codes(world, address)
    register(world, address)
    codes = mailed_codes(world, address)
    if len(codes) > len(before):  # an account that is confirmed already is sent no code
        world.users.confirm_registration(email, codes[0], network="test")
    return world.users.login(email, PASSWORD, network="test")


def caller(world: World, address: str = "ada@example.test") -> Caller:
    """A signed-in person."""
    return world.authenticate(sign_in(world, address).access)


def put_bytes(gateway: BlobGateway, key: BlobKey, content: bytes) -> None:
    """What a client does with the signed request, past its signature."""
    writer = gateway.begin(key, size=len(content), sha256=None)
    try:
        writer.write(content)
        writer.commit()
    finally:
        writer.discard()


def add_file(
    world: World,
    who: Caller,
    content: bytes = b"hello",
    *,
    name: str = "notes.txt",
    tags: tuple[str, ...] = (),
    media_type: str = "text/plain",
) -> File:
    """A file that is available."""
    new = NewFile(
        name=FileName(name),
        size=len(content),
        media_type=MediaType(media_type),
        sha256=Sha256(sha256(content).hexdigest()),
        tags=Tags(tags),
    )
    file, upload, _ = world.files.create(who, new)
    put_bytes(world.stores.gateway, upload.key, content)
    return world.files.complete_upload(who, file.id, upload.id)


def settle(world: World) -> None:
    """Work through every change that is due now."""
    while world.process_changes():
        pass
