"""What the FreeSWITCH renderer writes, looked at as the switch reads it."""
