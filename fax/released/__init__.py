"""What a host's released folder says of faxes: accounts, address books, and the ways out."""

from dialform.fax.released.accounts import Account, Company, Contact, Document
from dialform.fax.released.reading import ReleaseError, companies, company, ways_of
from dialform.fax.released.ways import Refusal, Trunk, Way, Ways

__all__ = [
    "Account",
    "Company",
    "Contact",
    "Document",
    "Refusal",
    "ReleaseError",
    "Trunk",
    "Way",
    "Ways",
    "companies",
    "company",
    "ways_of",
]
