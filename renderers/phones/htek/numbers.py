"""The numbers of Htek's settings (P-values), as its phones export them (firmware 2.0.4)."""

ACCOUNTS = {
    # What: of accounts 1 to 4. The vendor's own spelling.
    "Active": (271, 401, 501, 601),
    "Profile": (24082, 24083, 24084, 24085),
    "Label": (20000, 20001, 20002, 20003),
    "SipUserId": (35, 735, 504, 604),
    "AuthenticateID": (36, 736, 505, 605),
    "AuthenticatePassword": (34, 734, 506, 606),
    "DispalyName": (3, 703, 507, 607),
    "VoiceMailId": (33, 426, 526, 626),
    "Sipserver": (47, 747, 502, 602),
    "OutboundProxy": (48, 748, 503, 603),
    "SipTransport": (130, 830, 930, 1030),
    "SipRegistration": (31, 731, 510, 610),
    "RegisterExpiration": (32, 732, 512, 612),
    "Choice1": (57, 757, 551, 651),
    "Choice2": (58, 758, 552, 652),
    "Choice3": (59, 759, 553, 653),
    "Choice4": (60, 760, 554, 654),
    "Choice5": (61, 761, 555, 655),
    "Choice6": (62, 762, 556, 656),
    "DtmfMode": (20166, 20167, 20168, 20169),
    "SRtpMode": (183, 443, 543, 643),
    "AccountRingTone": (104, 423, 523, 623),
    "SubscribeForMWI": (99, 709, 515, 615),
    "AnswerViaCallInfo": (298, 438, 538, 638),
}
"""Settings of a server (`Sipserver` and so on) are those of the profile of the same number."""

KEY_FIELDS = ("Type", "Value", "Label", "Account", "PickupCode")


def line_key(place: int) -> tuple[int, ...]:
    """The numbers of a line key, one for each of KEY_FIELDS."""
    if place <= 4:
        return tuple(41200 + 100 * field + place - 1 for field in range(5))
    first = 20200 + 5 * (place - 5)
    return tuple(range(first, first + 5))


def memory_key(place: int) -> tuple[int, ...]:
    """Those of a key beside the line keys, which has no label: 0 stands in its place."""
    first = 42200 + place - 1
    return first, first + 100, 0, first + 200, first + 300


def module_key(module: int, place: int) -> tuple[int, ...]:
    """Those of a key of an expansion module."""
    first = 60000 + 1000 * (module - 1) + 5 * (place - 1)
    return tuple(range(first, first + 5))
