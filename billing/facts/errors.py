"""What is wrong with a record that is no fact."""


class FactError(Exception):
    """A record or an event that cannot be booked; its text says why, in a short sentence."""


class Incomplete(FactError):  # noqa: N818 - it says what the file is
    """A file that may still be written: it does not end as records end."""
