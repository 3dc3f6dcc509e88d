"""Faxes: accounts that send and receive, and documents that are sent again and again."""

from typing import Annotated, Literal

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
    StationId,
)


class FaxAccount(Model):
    """A number that sends and receives faxes."""

    deliver_to: Email | None = None
    """Where received faxes are mailed, as a PDF."""
    header: Name | None = None
    """The line at the top of each page that is sent; the company if it is missing."""
    number: Dialled | None = None
    """The number that others see, one of the tenant's. Without one the account sends nothing."""
    station_id: StationId | None = None
    """What the other machine shows as the sender (T.30 TSI, of a receiver CSI): up to 20 digits, letters and
    blanks. The number if it is missing.
    """
    users: list[Slug] = []
    """Who may send with `send_fax`, read with `receive_fax`, and with `fax_setting` say where received faxes
    go and what stands on those that are sent. Administrators of the tenant may all of it.
    """
    cover: MediaPath | None = None
    """A cover page: a template of the site's media/ in HTML (Jinja2)."""
    retries: Annotated[int, Field(ge=0, le=10)] = 3
    """How often sending is tried again."""
    resolution: Literal["fine", "standard"] = "fine"
    """204×196 or 204×98 dots an inch. A machine that has no fine gets standard."""
    t38: bool = True
    """Fax over IP where the carrier and the other machine have it; else faxes go as sound."""
    ecm: bool = True
    """Error correction (T.30 annex A), where the other machine has it."""


class FaxDocument(Model):
    """A document of the site that is sent by its name."""

    file: MediaPath
    """A file of the site's media/: PDF, PostScript, text, PNG, JPEG, TIFF or DOCX."""
    name: Name | None = None
    """What it is, for people."""


class Fax(Model):
    """The fax accounts of a tenant, and its documents."""

    accounts: Annotated[dict[ExtensionNumber, FaxAccount], OR_NOTHING] = {}
    """By the number of an extension of type fax."""
    documents: Annotated[dict[Slug, FaxDocument], OR_NOTHING] = {}
    """By a name of your own."""
    keep_days: Annotated[int, Field(ge=0, le=3650)] = 0
    """How many days received faxes, and what was sent, are kept; 0 for ever."""


FAX_TABLES = ("accounts", "documents")
"""The keys of `Fax` that hold objects; the others are settings of all of them."""
