"""What a tenant writes of phones, and what is made of it."""
