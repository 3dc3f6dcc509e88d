"""What is said, as phrase macros over the standard sounds: by mod_voicemail, mod_directory and queues.

A macro is a list of inputs, an input a pattern and its steps. A step is a file below `voicemail/`, or
`folder/file` elsewhere, `say:<data>:<method>:<type>` for what the language's grammar says, or
`pause:<ms>`. mod_voicemail.c calls the macros with the keys of its profile, as in `1:2:3`.
"""

from dialform.renderers.freeswitch import by_name_phrases
from dialform.values import dataclass

ANY = "^(.*)$"
_KEY = "([0-9#*])"


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a macro: `play-file`, `say` or `sleep`."""

    function: str
    data: str
    method: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """What a macro does for one form of its input. `stops`: later forms are not tried."""

    pattern: str
    steps: tuple[Step, ...]
    stops: bool = False


def _keys(count: int, more: str = "") -> str:
    return "^" + ":".join([_KEY] * count) + more + "$"


def _spelled(group: int) -> str:
    return f"say:${group}:pronounced:name_spelled"


def _menu(*choices: str) -> str:
    """`press KEY to …` for each choice; the keys are the macro's groups, `-` skips one."""
    parts = (
        f"{choice} vm-press {_spelled(group)}"
        for group, choice in enumerate(choices, 1)
        if choice != "-"
    )
    return " ".join(parts)


_COUNTED = "say:$1:pronounced:items"
_LISTEN = ("vm-listen_to_recording", "vm-save_recording", "vm-delete_recording")
_PASS_ON = ("vm-return_call", "vm-to_forward")

_TABLE: dict[str, list[tuple[str, str]]] = {
    "voicemail_enter_id": [(ANY, f"vm-enter_id {_spelled(1)}")],
    "voicemail_enter_pass": [(ANY, f"vm-enter_pass {_spelled(1)}")],
    "voicemail_fail_auth": [(ANY, "vm-fail_auth")],
    "voicemail_change_pass_success": [(ANY, "vm-password_has_been_changed")],
    "voicemail_change_pass_fail": [(ANY, "vm-password_not_valid")],
    "voicemail_hello": [(ANY, "vm-hello")],
    "voicemail_goodbye": [(ANY, "vm-goodbye")],
    "voicemail_abort": [(ANY, "vm-abort")],
    "voicemail_message_count": [
        ("!^(1):(.*)$", f"vm-you_have {_COUNTED} vm-$2 vm-message"),
        (r"^(\d+):(.*)$", f"vm-you_have {_COUNTED} vm-$2 vm-messages"),
    ],
    "voicemail_menu": [
        (_keys(4), _menu("vm-listen_new", "vm-listen_saved", "vm-advanced", "vm-to_exit"))
    ],
    "voicemail_config_menu": [
        (
            _keys(5),
            _menu(
                "vm-to_record_greeting", "vm-choose_greeting", "vm-record_name2",
                "vm-change_password", "vm-main_menu",
            ),
        )
    ],
    "voicemail_record_name": [(ANY, "vm-record_name1")],
    "voicemail_record_file_check": [
        (_keys(3), _menu("vm-listen_to_recording", "vm-save_recording", "vm-rerecord"))
    ],
    "voicemail_record_urgent_check": [(_keys(2), _menu("vm-mark-urgent", "vm-continue"))],
    "voicemail_forward_prepend": [
        (_keys(2), _menu("vm-forward_add_intro", "vm-send_message_now"))
    ],
    "voicemail_forward_message_enter_extension": [
        (_keys(1), f"vm-forward_enter_ext vm-followed_by {_spelled(1)}")
    ],
    "voicemail_invalid_extension": [(ANY, "vm-that_was_an_invalid_ext")],
    "voicemail_listen_file_check": [
        (_keys(6, ":(.*)"), _menu(*_LISTEN, "vm-forward_to_email", *_PASS_ON)),
        (_keys(6), _menu(*_LISTEN, "-", *_PASS_ON)),
    ],
    "voicemail_choose_greeting": [(ANY, "vm-choose_greeting_choose")],
    "voicemail_choose_greeting_fail": [(ANY, "vm-choose_greeting_fail")],
    "voicemail_record_greeting": [(ANY, "vm-record_greeting")],
    "voicemail_record_message": [(ANY, "vm-record_message")],
    "voicemail_greeting_selected": [
        (r"^(\d+)$", f"vm-greeting {_spelled(1)} vm-selected")
    ],
    "voicemail_play_greeting": [(ANY, f"vm-person {_spelled(1)} vm-not_available")],
    "voicemail_say_number": [(r"^(\d+)$", _COUNTED)],
    "voicemail_say_message_number": [
        (r"^([a-z]+):(\d+)$", "vm-$1 vm-message_number say:$2:pronounced:items")
    ],
    "voicemail_say_phone_number": [
        ("!^$|^000|^[Aa]non|^[Pp]rivate|^[Uu]nknown", "vm-message_from"),
        (ANY, f"vm-message_from {_spelled(1)}"),
    ],
    "voicemail_say_name": [(ANY, _spelled(1))],
    "voicemail_ack": [
        ("^(too-small)$", "vm-too-small"),
        ("^(deleted)$", "vm-message vm-deleted"),
        ("^(saved)$", "vm-message vm-saved"),
        ("^(emailed)$", "vm-message vm-emailed"),
        ("^(marked-urgent)$", "vm-message vm-marked-urgent"),
    ],
    "voicemail_say_date": [(ANY, "say:$1:pronounced:short_date_time")],
    "voicemail_disk_quota_exceeded": [(ANY, "vm-mailbox_full")],
    **by_name_phrases.TABLE,
    "queue_place": [
        (r"^(\d+)$", "ivr/ivr-you_are_number say:$1:pronounced:number ivr/ivr-in_line")
    ],
    "agent_status": [
        ("!^Available", "ivr/ivr-you_are_now_logged_in"),
        (ANY, "ivr/ivr-you_are_now_logged_out"),
    ],
}  # fmt: skip

_VARIED = {
    "vm-$1": ("vm-new", "vm-saved"),
    "vm-$2": ("vm-new", "vm-saved", "vm-urgent-new", "vm-urgent-saved"),
}
"""Files named by what the macro gets: the folders of mod_voicemail."""


def _step(text: str) -> Step:
    if text.startswith("say:"):
        _, data, method, kind = text.split(":")
        return Step("say", data, method, kind)
    return Step("play-file", _file(text))


def _file(step: str) -> str:
    return f"{step}.wav" if "/" in step else f"voicemail/{step}.wav"


def _input(pattern: str, steps: str) -> Input:
    stops = pattern.startswith("!")
    return Input(pattern.removeprefix("!"), tuple(map(_step, steps.split())), stops)


MACROS: dict[str, tuple[Input, ...]] = {
    name: tuple(_input(*given) for given in inputs) for name, inputs in _TABLE.items()
}
"""Every macro that the modules play, by name."""


def files() -> list[str]:
    """The sound files that the macros play by themselves, such as `voicemail/vm-hello.wav`."""
    names: set[str] = set()
    for inputs in _TABLE.values():
        for _, steps in inputs:
            for step in steps.split():
                if not step.startswith("say:"):
                    names.update(_VARIED.get(step, (step,)))
    return sorted(map(_file, names))
