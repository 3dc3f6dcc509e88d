"""`dialform console`: the portal and its accounts."""
