"""TLS between a server and a client on this machine."""

import asyncio
import ssl
import tempfile
from pathlib import Path

__all__ = ["CERTIFICATE", "client_context", "server_context", "whisper"]

#: A certificate for 127.0.0.1 that has signed itself. It protects nothing: its key is
#: below for everybody to read.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUAwGwRBtKiBtz60SrFgSiu6yZDjQwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdHJ1c3RlZDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAw
MDAwMFowEjEQMA4GA1UEAwwHdHJ1c3RlZDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABN5CVXoO44vvdIDI2dfGhn6/GSos4AjuRedSQXV4246vyWacpRg5bLYPnx2R
0vxqxV1aFVQyzCXjcScVrBlzSDajUzBRMA8GA1UdEQQIMAaHBH8AAAEwDwYDVR0T
AQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAYYwHQYDVR0OBBYEFKz5E4BOP3d8UnMv
69ZtbsWd8vHmMAoGCCqGSM49BAMCA0gAMEUCIQD6UiMFUUkwRoZ2d2RvsFBi8Th0
em+n1t7VUkubZgmZNwIgZNT8vAqXCXcEGTZk8+RbTYWBwi7PnwqM68HMFgvQ2n8=
-----END CERTIFICATE-----
"""

_KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRBO/FgxxGFUjI5+1
7u5D596ALldq7k6ZKdpRZWcNbwChRANCAATeQlV6DuOL73SAyNnXxoZ+vxkqLOAI
7kXnUkF1eNuOr8lmnKUYOWy2D58dkdL8asVdWhVUMswl43EnFawZc0g2
-----END PRIVATE KEY-----
"""


def server_context() -> ssl.SSLContext:
    """Return what a server needs for TLS: a certificate, and the key to it.

    Returns:
        The context, to be given as ``ssl=`` to `asyncio.start_server`.

    Examples:
        >>> from yieldpoint.examples.encrypted import server_context
        >>> server_context().verify_mode.name  # it asks no client for a certificate
        'CERT_NONE'
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "server.pem")
        file.write_text(_KEY + CERTIFICATE, encoding="ascii")
        context.load_cert_chain(file)
    return context


def client_context() -> ssl.SSLContext:
    """Return what a client needs: whom it trusts.

    Returns:
        The context, to be given as ``ssl=`` to `asyncio.open_connection`.

    Examples:
        >>> from yieldpoint.examples.encrypted import client_context
        >>> client_context().verify_mode.name, client_context().check_hostname
        ('CERT_REQUIRED', True)
    """
    return ssl.create_default_context(cadata=CERTIFICATE)


async def whisper(word: str, context: ssl.SSLContext, name: str | None = None) -> str:
    """Send a word to a server over TLS, and read its answer.

    This example needs sockets.

    Args:
        word: What to send.
        context: Whom the client trusts.
        name: Whom the client wants to speak to; by default that is whom it connects to.

    Returns:
        The word, and the protocol by which it went.

    Raises:
        ssl.SSLCertVerificationError: The client does not trust the server.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.encrypted import client_context, whisper
        >>> asyncio.run(whisper("psst", client_context()))
        'psst by TLSv1.3'
    """

    async def repeat(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(await reader.readline())
        writer.close()

    async with await asyncio.start_server(
        repeat, "127.0.0.1", ssl=server_context()
    ) as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(
            *address, ssl=context, server_hostname=name
        )
        writer.write(f"{word}\n".encode())
        line = await reader.readline()
        protocol = writer.get_extra_info("ssl_object").version()
        writer.close()
        await writer.wait_closed()
    return f"{line.decode().rstrip()} by {protocol}"
