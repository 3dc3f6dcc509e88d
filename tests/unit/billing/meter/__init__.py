"""The meter: records and events become bookings."""
