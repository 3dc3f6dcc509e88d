"""To come."""

from dialform.console.page import Page

PAGES: tuple[Page, ...] = ()
