"""Objects of the phone system and of the platform: lists, details and forms, from one table of kinds."""

from dialform.console.objects.kinds import KINDS, Column, Kind
from dialform.console.objects.pages import PAGES, pages_of

__all__ = ["KINDS", "PAGES", "Column", "Kind", "pages_of"]
