"""What a switch says of itself every twenty seconds: HEARTBEAT, and the scheduler's news of it."""

from dialform.simulator.commands.core import FULL, spent
from dialform.simulator.events import Event, Source
from dialform.simulator.state.live import Live

EVERY = 20
"""Seconds (`event-heartbeat-interval` of switch.conf)."""
_ADDRESS_EVERY = 60


def start(live: Live) -> None:
    """Beats from now on."""
    live.clock.later(EVERY, lambda: _beat(live))
    live.clock.later(_ADDRESS_EVERY, lambda: _check_address(live))


def _beat(live: Live) -> None:
    counts, sessions = live.counts, live.sessions()
    headers = {
        "Event-Info": "System Ready",
        "Up-Time": spent(live.uptime),
        "FreeSWITCH-Version": FULL,
        "Uptime-msec": str(int(live.uptime * 1000)),
        "Session-Count": str(sessions),
        "Max-Sessions": str(counts.limit),
        "Session-Per-Sec": str(counts.per_second),
        "Session-Per-Sec-Last": "0",
        "Session-Per-Sec-Max": str(counts.peak_rate),
        "Session-Per-Sec-FiveMin": str(counts.peak_rate),
        "Session-Since-Startup": str(counts.since_startup),
        "Session-Peak-Max": str(counts.peak),
        "Session-Peak-FiveMin": str(counts.peak),
        "Idle-CPU": "100.000000",
    }
    source = Source("switch_core.c", "send_heartbeat", 95)
    live.events.fire(Event("HEARTBEAT", headers, source=source))
    _rescheduled(live, "1", "heartbeat", EVERY)
    live.clock.later(EVERY, lambda: _beat(live))


def _check_address(live: Live) -> None:
    _rescheduled(live, "2", "check_ip", _ADDRESS_EVERY)
    live.clock.later(_ADDRESS_EVERY, lambda: _check_address(live))


def _rescheduled(live: Live, number: str, name: str, seconds: int) -> None:
    headers = {
        "Task-ID": number,
        "Task-Desc": name,
        "Task-Group": "core",
        "Task-Runtime": str(int(live.clock.epoch) + seconds),
    }
    source = Source("switch_scheduler.c", "switch_scheduler_execute", 73)
    live.events.fire(Event("RE_SCHEDULE", headers, source=source))
