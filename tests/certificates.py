"""Certificates of our own, for tests over real https: an authority, and what it signs."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "localhost"
DAY = timedelta(days=1)
SIGNS_OTHERS = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


@dataclass
class Authority:
    """Somebody browsers trust, for the length of a test."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def name(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])

    def trusted(self) -> Path:
        """The file that SSL_CERT_FILE names."""
        path = self.folder / "authority.pem"
        made = self._certificate(self.name, self.key, DAY, ()).sign(self.key, hashes.SHA256())
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return path

    def server(self, name: str = NAME, *, ends_in: timedelta = DAY) -> ssl.SSLContext:
        """What a proxy shows for a name."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.signed(name, ends_in=ends_in))
        return context

    def signed(self, *names: str, ends_in: timedelta = DAY) -> Path:
        """A file with a key and the certificate of these names."""
        key, path = ec.generate_private_key(ec.SECP256R1()), self.folder / "server.pem"
        signed = self._certificate(x509.Name([]), key, ends_in, names).sign(self.key, hashes.SHA256())
        unlocked = serialization.NoEncryption()
        held = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
        path.write_bytes(held + signed.public_bytes(serialization.Encoding.PEM))
        return path

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, ends_in: timedelta, names: tuple[str, ...]
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now - 3 * DAY).not_valid_after(now + ends_in)
        made = made.add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        own, issuer = x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier
        made = made.add_extension(own.from_public_key(key.public_key()), critical=False)
        if not names:  # Python 3.13 trusts no authority that does not say what its key is for
            return made.add_extension(SIGNS_OTHERS, critical=True)
        made = made.add_extension(issuer.from_issuer_public_key(self.key.public_key()), critical=False)
        return made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=True)
