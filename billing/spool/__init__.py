"""The folder that the switch writes its call records to."""
