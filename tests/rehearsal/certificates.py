"""The certificates that a machine shows, and whether they are renewed."""

import asyncio
import socket
import ssl

from cryptography import x509

from tests.patience import tries_meanwhile
from tests.rehearsal.machine import Failed, Machine
from tests.rehearsal.town import DESK, PUBLIC

RENEW = "certbot renew --force-renewal --no-random-sleep-on-renew"


async def looked_at(machine: Machine, root: str, proxy: str) -> str:
    """Return what is found: a certificate for each name, of the authority whose root is given. Raises Failed.

    certbot renews both, as its timer does before they end; nginx has to show the new ones. Caddy has no such command.
    """
    before = [await asyncio.to_thread(_shown, machine, name, root) for name in (PUBLIC, DESK)]
    if proxy != "nginx":
        return "certificates by ACME, one for each name"
    if machine.run("systemctl is-active certbot.timer", check=False).strip() != "active":
        raise Failed("nothing renews the certificates")
    await asyncio.to_thread(machine.run, RENEW)
    async for _ in tries_meanwhile():
        after = [await asyncio.to_thread(_shown, machine, name, root) for name in (PUBLIC, DESK)]
        if not {*before} & {*after}:
            return "certificates by ACME, one for each name, and renewed"
    raise Failed("nginx goes on showing the certificates of before")


def _shown(machine: Machine, name: str, root: str) -> int:
    """Return the serial number. Raises Failed where it names others, and the error of ssl where nobody trusts it."""
    trusting = ssl.create_default_context(cadata=root)
    with (
        socket.create_connection((machine.address, 443)) as raw,
        trusting.wrap_socket(raw, server_hostname=name) as over,
    ):
        certificate = x509.load_der_x509_certificate(over.getpeercert(binary_form=True) or b"")
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if names.get_values_for_type(x509.DNSName) != [name]:
        raise Failed(f"the certificate of {name} names others: {names}")
    return certificate.serial_number
