"""Logins of a phone's web page that nobody needs, and whose passwords everybody knows."""

import hashlib

from dialform.compiler.phones.resolved import Phone


def nobodys_password(phone: Phone) -> str:
    """A password that stands nowhere but in the phone's files: derived from what only the device has, so
    that it tells nothing of the administrator's. It has capitals, small letters and digits: phones may
    refuse others, and keep the factory's.
    """
    return "Zz9" + hashlib.sha256(f"login {phone.http_password}".encode()).hexdigest()[:21]
