"""The dialplan applications that the simulator runs, a theme a module."""

from importlib import import_module

from dialform.simulator.calls.application import LATER

THEMES = {
    "basics": "answer pre_answer ring_ready sleep hangup park mkdir sched_hangup "
              "log info event presence record_session stop_record_session unloop",
    "variables": "set multiset unset multiunset export bridge_export",
    "sounds": "playback endless_playback phrase read play_and_get_digits sched_broadcast sched_cancel",
    "dialling": "bridge execute_extension intercept",
    "transfers": "transfer att_xfer",
    "codes": "bind_digit_action clear_digit_action digit_action_set_realm",
    "limits": "limit hash db",
    "menus": "ivr",
    "mailboxes": "voicemail directory",
    "queues": "callcenter callcenter_track",
    "rooms": "conference_set_auto_outcall conference",
    "parking": "valet_park",
    "faxes": "rxfax txfax",
    "faxtones": "spandsp_start_fax_detect spandsp_stop_fax_detect",
}  # fmt: skip
"""Each theme's applications: its module is imported when a call comes to one of them."""


def load() -> None:
    """Says where each application is found, and puts all kinds of far ends into their table."""
    for theme, names in THEMES.items():
        LATER.update(dict.fromkeys(names.split(), f"{__name__}.{theme}"))
    for module in ("sip", "users", "loopback"):
        import_module(f"dialform.simulator.dialling.{module}")
