"""What somebody showed at a provider: how strong that is (`amr` of an ID token; RFC 8176, section 2)."""

from typing import Any

KINDS = {
    "kba": "knows", "pin": "knows", "pwd": "knows",
    "hwk": "has", "otp": "has", "sc": "has", "sms": "has", "swk": "has", "tel": "has",
    "face": "is", "fpt": "is", "iris": "is", "retina": "is", "vbm": "is",
}  # fmt: skip
"""Of which kind each method is: something one knows, has, or is. Where somebody is (geo), how risky it
looks (rba), that somebody is there (user), another channel (mca), a login to Windows (wia) prove nothing of
a second kind."""

SEVERAL = "mfa"
"""The provider says so itself: more than one factor."""


def strong(shown: Any) -> bool:
    """Whether what was shown is a second factor: the provider calls it that, or it is of two kinds.

    A key or a finger alone is one factor, however good; so are a password with a PIN.
    """
    if not isinstance(shown, list):
        return False
    said = {method for method in shown if isinstance(method, str)}
    return SEVERAL in said or len({KINDS[method] for method in said & KINDS.keys()}) > 1
