"""The first page: what one wants to know at a glance, by role."""

from dialform.console.dashboard import pages, switching

PAGES = (*pages.PAGES, *switching.PAGES)

__all__ = ["PAGES"]
