"""The service that phones fetch their configuration from."""
