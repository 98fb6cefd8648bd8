"""Random tokens: the holder gets the token, the database keeps its hash."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as an address-safe string."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored instead of the token (random, so a plain hash is enough)."""
    return hashlib.sha256(token.encode()).hexdigest()
