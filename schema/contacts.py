"""The address book of a tenant."""

from dialform.schema.types import Dialled, Email, Model, Name


class Contact(Model):
    """An entry of the address book."""

    name: Name
    """Who it is."""
    phone: Dialled | None = None
    """Their number."""
    fax: Dialled | None = None
    """Their fax number."""
    email: Email | None = None
    """Their mail address."""
    groups: list[Name] = []
    """Groups that it is in: a fax to a group goes to all of it."""
