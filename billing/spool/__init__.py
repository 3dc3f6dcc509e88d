"""The folder that the switch writes its call records to."""

from dialform.billing.spool.delivery import Delivery
from dialform.billing.spool.spool import Alarm, Batch, Left, Spool

__all__ = ["Alarm", "Batch", "Delivery", "Left", "Spool"]
