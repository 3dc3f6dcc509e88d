"""The service that phones fetch their configuration from.

    settings = read_settings(root, listen=…, port=…, …)     service.json and what the command overrides
    releases = Releases(root, clock=time.monotonic)         the released folder, followed
    service = Service(settings, releases, State(folder), overrides={"listen": …})
    await serve(service, stop, monitor=("127.0.0.1", 9464), ready=…)

Beside it stand, for the command line: `read_index` (who is known), `Enrolments` (windows), `last_fetches`.
A request goes `gate` (may it have a connection) → `wire` (is it HTTP) → `app` (limits, file, log), where
`routes` says what is asked for and `identify` by whom. Of our rooms it imports `dialform.values` alone.
"""
