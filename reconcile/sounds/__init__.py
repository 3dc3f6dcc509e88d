"""Sound files: as every telephone plays them, whoever they come from."""
