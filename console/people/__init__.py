"""Other people's way in, and what everybody did: for administrators, each in their scope."""

from dialform.console.people.pages import PAGES
from dialform.console.people.tidying import tidy

BESIDE = (tidy,)

__all__ = ["BESIDE", "PAGES"]
