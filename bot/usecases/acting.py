"""Who acts at the desk: whoever is signed in, as every use case of the desk is handed her."""

from dataclasses import dataclass
from hashlib import sha256

from storage.workers import Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who acts at the desk."""

    id: str
    name: str
    login: str
    role: Role
    service_id: str | None
    agreed: bool = False
    """She accepted the code of conduct within the last year."""
    confirmed: bool = False
    """Within the last five minutes she showed in this session, once more, that it is she."""
    has_own_key: bool = False


def token_hash(token: str) -> bytes:
    """What is kept of a session's or an invitation's token."""
    return sha256(token.encode()).digest()
