"""The pages of an admin: tenants, users, packages, money's terms, trunks, routes."""
