"""The first page: what one wants to know at a glance, by role."""

from dialform.console.dashboard import listed, pages, switching

PAGES = (*pages.PAGES, *switching.PAGES, *listed.PAGES)

__all__ = ["PAGES"]
