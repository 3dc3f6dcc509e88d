"""What follows from a booking: flags on the switch, mails, alarms."""
