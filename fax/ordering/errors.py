"""What stands in the way of an order."""


class OrderError(Exception):
    """A fax cannot be ordered so: one sentence with the way out. `typed`: somebody mistyped something; else
    it is not allowed, or cannot be done now.
    """

    def __init__(self, sentence: str, *, typed: bool = False) -> None:
        super().__init__(sentence)
        self.typed = typed
