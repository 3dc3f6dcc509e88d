"""From a file that the switch wrote to an entry of the inbox and a mail."""
