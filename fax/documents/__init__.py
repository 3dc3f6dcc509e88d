"""What people send, checked and turned into a fax; what came in, turned into a PDF."""
