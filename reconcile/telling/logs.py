"""Logs: a JSON object a line for a service, coloured text on a terminal; no secret in either."""

import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, TextIO

import structlog

from dialform.reconcile.telling.masking import SHARED, Masker

__all__ = ["configure", "logger"]

_TALKATIVE = ("httpx", "httpcore", "asyncio", "uvicorn.error")
"""Libraries that say at INFO what nobody asked, URLs among it."""

Event = MutableMapping[str, Any]
Processor = Callable[[Any, str, Event], Any]


def configure(
    *, stream: TextIO | None = None, level: str = "info", service: bool | None = None,
    masker: Masker = SHARED,
) -> None:  # fmt: skip
    """Set up the process's logs, those of the libraries with them.

    Args:
        stream: where they go; standard error by default.
        level: the least that is written: debug, info, warning, error.
        service: whether as JSON; by default where the stream is no terminal.
        masker: what masks each line, its exceptions with it.
    """
    stream = stream or sys.stderr
    as_json = not stream.isatty() if service is None else service
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _masking(masker),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Once more: what a library logged is put together only here.
                _masking(masker),
                *_last(as_json),
            ],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logger(name: str = "dialform") -> Any:
    """A logger: `.info("applied", commit=…)`. The event is a short constant; what varies are keys."""
    return structlog.stdlib.get_logger(name)


def _masking(masker: Masker) -> Processor:
    def mask(_: Any, __: str, event: Event) -> Event:
        kept = {key: event[key] for key in ("_record", "_from_structlog") if key in event}
        rest = {key: value for key, value in event.items() if key not in kept}
        return {**masker.value(rest), **kept}

    return mask


def _last(as_json: bool) -> list[Any]:
    if as_json:
        return [structlog.processors.JSONRenderer(sort_keys=False, default=str)]
    return [
        _harmless,
        structlog.dev.ConsoleRenderer(
            exception_formatter=structlog.dev.plain_traceback, timestamp_key="at"
        ),
    ]


def _harmless(_: Any, __: str, event: Event) -> Event:
    """What a caller's name or a git message holds moves no cursor and begins no line."""
    return {key: _plain(value, key == "exception") for key, value in event.items()}


def _plain(value: Any, lines: bool) -> Any:
    if not isinstance(value, str):
        return value
    return "".join(
        c if c.isprintable() or (lines and c == "\n") else c.encode("unicode_escape").decode()
        for c in value
    )
