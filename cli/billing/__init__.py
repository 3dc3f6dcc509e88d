"""`dialform billing`: usage, prices, payments, bills."""
