"""Objects of the phone system and of the platform: lists, details and forms, from one table of kinds."""

from dialform.console.objects import access, parts, sounds
from dialform.console.objects.kinds import KINDS, Column, Kind
from dialform.console.objects.pages import PAGES as _OF_KINDS
from dialform.console.objects.pages import pages_of

PAGES = (*_OF_KINDS, *access.PAGES, *sounds.PAGES)

__all__ = ["KINDS", "PAGES", "Column", "Kind", "pages_of", "parts"]
