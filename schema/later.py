"""Objects that are accepted and checked for shape; what they do comes in later releases."""

from typing import Annotated

from pydantic import Field

from dialform.schema.types import (
    OR_NOTHING,
    Dialled,
    Email,
    ExtensionNumber,
    MediaPath,
    Model,
    Name,
    Slug,
)


class FaxAccount(Model):
    """A number that sends and receives faxes."""

    deliver_to: Email | None = None
    """Where received faxes are mailed."""
    header: Name | None = None
    """The line at the top of each page."""
    number: Dialled | None = None
    """The number that others see."""
    users: list[Slug] = []
    """Who may send and read."""
    cover: MediaPath | None = None
    """A cover page."""
    retries: Annotated[int, Field(ge=0, le=10)] = 3
    """How often sending is tried again."""


class Fax(Model):
    """The fax accounts of a tenant."""

    accounts: Annotated[dict[ExtensionNumber, FaxAccount], OR_NOTHING] = {}
    """By the number of an extension of type fax."""


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
    """Words to find them by."""
