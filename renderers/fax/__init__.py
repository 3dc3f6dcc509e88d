"""What the fax service of a host is told: a file a tenant, and the ways out that all share."""

from dialform.renderers.fax.accounts import accounts_file
from dialform.renderers.fax.ways import ways_file

__all__ = ["accounts_file", "ways_file"]
