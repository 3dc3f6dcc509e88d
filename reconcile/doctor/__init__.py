"""The checks that people otherwise do by hand."""
