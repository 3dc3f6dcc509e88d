"""Scenarios on a real FreeSWITCH, with phones and carriers of our own on loopback."""
