"""What runs beside the switch: spool and events become bookings, each once."""
