"""What an admin looks after: tenants, what they may, what they buy, where calls go out."""

from dialform.console.administration import kinds, newtenant, permissions, ratefiles, tenants

PAGES = (*newtenant.PAGES, *tenants.PAGES, *permissions.PAGES, *ratefiles.PAGES, *kinds.PAGES)

__all__ = ["PAGES"]
