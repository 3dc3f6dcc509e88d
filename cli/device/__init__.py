"""`dialform device`: phones, from the address that one types in to the one that has to start again."""
