"""Sending faxes, the inbox, documents, contacts."""
