"""A security key in software, speaking WebAuthn as a browser hands it on, with whatever is wrong that a test wants."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """Holds one passkey. `counts` is what it says when it signs next; a copy of it would say the same again."""

    host: str
    origin: str
    asks_who: bool = True
    counts: int = 0
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """What navigator.credentials.create() gives back."""
        numbers = self.private.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, **point})
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + public
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        return self._answer(
            clientDataJSON=said(self._client_data("webauthn.create", options)),
            attestationObject=said(cbor2.dumps(attestation)),
        )

    def sign(self, options: str) -> str:
        """What navigator.credentials.get() gives back."""
        client, data = self._client_data("webauthn.get", options), self._data(0)
        signature = self.private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=said(client), authenticatorData=said(data), signature=said(signature), userHandle=said(b"x")
        )

    def _client_data(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.asks_who else 0)
        counted, self.counts = self.counts, self.counts and self.counts + 1
        return sha256(self.host.encode()).digest() + bytes([flags]) + counted.to_bytes(4)

    def _answer(self, **response: str) -> str:
        named: dict[str, Any] = {"id": said(self.credential), "rawId": said(self.credential), "type": "public-key"}
        return json.dumps({**named, "response": response, "clientExtensionResults": {}})


def said(raw: bytes) -> str:
    """As WebAuthn writes bytes in JSON."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
