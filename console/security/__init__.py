"""One's own way in: password, second factor, sessions."""

from dialform.console.security.pages import PAGES

__all__ = ["PAGES"]
