"""The first page: what one wants to know at a glance, by role."""

from dialform.console.dashboard.pages import PAGES

__all__ = ["PAGES"]
