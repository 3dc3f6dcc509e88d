"""What things cost: rates and their files, plans, what they cover, and what a host is given of it."""
