"""A switch for CI and trials: reads the XML that FreeSWITCH reads, routes calls, speaks ESL."""
