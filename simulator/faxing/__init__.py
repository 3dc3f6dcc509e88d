"""Faxes: what spandsp says of a session, and the TIFF files that go in and come out."""
