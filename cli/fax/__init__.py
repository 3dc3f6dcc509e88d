"""`dialform fax`: send, queue, show, cancel, retry, inbox."""
