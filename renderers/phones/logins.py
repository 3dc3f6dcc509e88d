"""Logins of a phone's web page that nobody needs, and whose passwords everybody knows."""

import hashlib

from dialform.compiler.phones.resolved import Phone


def nobodys_password(phone: Phone) -> str:
    """A password that stands nowhere but in the phone's files: derived from what only the device has, so
    that it tells nothing of the administrator's. It has capitals, small letters and digits: phones may
    refuse others, and keep the factory's.
    """
    return f"Zz9{_digest(phone)[:21]}"


def nobodys_pin(phone: Phone) -> str:
    """The same as four digits, where a phone takes no more."""
    return f"{int(_digest(phone)[:12], 16) % 10_000:04}"


def _digest(phone: Phone) -> str:
    return hashlib.sha256(f"login {phone.http_password}".encode()).hexdigest()
