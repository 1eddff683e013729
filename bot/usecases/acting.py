"""The signed-in worker, as every use case of the desk receives her."""

from dataclasses import dataclass
from hashlib import sha256

from storage.workers import Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever acts at the desk."""

    id: str
    name: str
    login: str
    role: Role
    service_id: str | None
    agreed: bool = False
    """She accepted the code of conduct within the last year."""
    confirmed: bool = False
    """She proved again in this session, within the last five minutes, who she is."""
    has_own_key: bool = False


def token_hash(token: str) -> bytes:
    """Hash the token of a session or invitation, as it is stored."""
    return sha256(token.encode()).digest()
