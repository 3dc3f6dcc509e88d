"""Coming in and going: sign-in, sign-out, second factor, invitations, resets, OpenID Connect."""

from dialform.console.signin.pages import PAGES

__all__ = ["PAGES"]
