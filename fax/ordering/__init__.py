"""A fax that somebody orders: to whom, what, when; checked and converted before anything is queued."""

from dialform.fax.ordering.draft import Draft, Placed, submit
from dialform.fax.ordering.order import Order, OrderError, Words, recipients
from dialform.fax.ordering.recipients import Bad, Checked

__all__ = [
    "Bad",
    "Checked",
    "Draft",
    "Order",
    "OrderError",
    "Placed",
    "Words",
    "recipients",
    "submit",
]
