"""The softphone's side of the server: with what it registers, and what was called."""

from dialform.console.phone.lines import country, numbers, voicemail_code
from dialform.console.phone.pages import PAGES
from dialform.console.templating import environment

__all__ = ["PAGES"]

environment().globals |= {
    "webphones": numbers, "tone_country": country, "voicemail_code": voicemail_code,
}  # fmt: skip
