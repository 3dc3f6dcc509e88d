"""What may be written: the models, the loader, diagnostics and their rules."""
