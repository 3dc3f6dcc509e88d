"""What mod_directory says, in the words of phrases.py; its keys come as in `1,6,4,3`."""

_PERSON = "directory/dir-enter_person"
_PRESS = "voicemail/vm-press"


def _spelled(group: int) -> str:
    return f"say:${group}:pronounced:name_spelled"


def _other(order: str) -> str:
    return f"directory/dir-to_search_by directory/dir-{order} {_PRESS} {_spelled(2)}"


_COUNTED = "say:$1:pronounced:items"
_ANY = "^(.*)$"
_KEY = "([0-9#*])"

TABLE: dict[str, list[tuple[str, str]]] = {
    "directory_intro": [
        (f"^(last_name):{_KEY}$", f"{_PERSON} directory/dir-last_name {_other('first_name')}"),
        (f"^(first_name):{_KEY}$", f"{_PERSON} directory/dir-first_name {_other('last_name')}"),
    ],
    "directory_min_search_digits": [
        (_ANY, f"directory/dir-specify_mininum {_COUNTED} directory/dir-letters_of_person_name")
    ],
    "directory_result_count": [
        ("!^0$", "directory/dir-no_matching_results"),
        (_ANY, f"{_COUNTED} directory/dir-result_match"),
    ],
    "directory_result_count_too_large": [(_ANY, "directory/dir-too_many_result")],
    "directory_result_last": [(_ANY, "directory/dir-no_more_results")],
    "directory_result_item": [(_ANY, f"directory/dir-result_number {_COUNTED}")],
    "directory_result_at": [(_ANY, f"directory/dir-at_extension {_spelled(1)}")],
    "directory_result_menu": [
        (
            f"^{','.join([_KEY] * 4)}$",
            " ".join(
                f"directory/dir-{what} {_PRESS} {_spelled(group)}"
                for group, what in enumerate(
                    ("to_select_entry", "for_next", "for_prev", "start_new_search"), 1
                )
            ),
        )
    ],
    "directory_result_say_name": [(_ANY, _spelled(1))],
}
"""Macro → patterns with their steps."""
