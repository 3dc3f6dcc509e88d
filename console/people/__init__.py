"""Other people's way in, and what everybody did: for administrators, each in their scope."""

from dialform.console.people.pages import PAGES

__all__ = ["PAGES"]
