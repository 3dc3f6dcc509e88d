"""One mistake is one finding: what may only follow from a part with a wrong shape is not told."""

from collections.abc import Iterable, Iterator

from dialform.compiler.prune import NOTHING, Cuts
from dialform.schema.rule import Flaw, Path, Rule
from dialform.schema.rules import (
    access,
    calls,
    console,
    fax,
    flow,
    numbers,
    phones,
    platform,
    queues,
    rooms,
)
from dialform.values import replace

_PERMISSIONS = (("permissions",), ("revoke",))
_NUMBERS = (("numbers",), ("country",))
_COUNTRY = (("country",),)
_CALLERS = (("extensions",), ("ring_groups",), ("ivr_menus",), ("call_queues",),
            ("inbound_routes",), ("devices",))  # fmt: skip
_OWN = ("@",)
_CODECS = ("device_profiles", "{profile}", "codecs")

RESTS_ON: dict[type[Rule], tuple[Path, ...]] = {
    access.TenantLacksToken: _PERMISSIONS,
    access.GrantBeyondTenant: _PERMISSIONS,
    access.GrantBeyondRole: (_OWN,),
    access.UserLacksToken: (*_PERMISSIONS, ("users", "{user}")),
    access.TenantQuota: (("subscription",),),
    access.SlotsBeyondPackage: (("subscription",),),
    access.NoSubscription: (("subscription",),),
    calls.NamesNothing: _NUMBERS,
    fax.AccountOfAPhone: (("extensions", "{number}"),),
    fax.ContactBarred: _COUNTRY,
    fax.DetectsInVain: (_OWN,),
    fax.FaxTakesNothing: (("fax", "accounts"), ("devices",)),
    fax.NoFaxRoute: (("extensions",), *_COUNTRY),
    fax.NotMailed: _PERMISSIONS,
    fax.RepliesGoElsewhere: (("inbound_routes",), *_PERMISSIONS, *_COUNTRY),
    fax.SameFaxNumber: _COUNTRY,
    fax.SendsNothing: _PERMISSIONS,
    flow.UnknownDestination: (("extensions", "{name}"), ("fax", "accounts")),
    flow.Unreachable: _CALLERS,
    flow.DidWithoutRoute: (("inbound_routes",), ("country",)),
    flow.RouteWithoutDid: _NUMBERS,
    flow.NoRouteOut: (_OWN, *_COUNTRY),
    flow.UncertainMember: (_OWN,),
    flow.FollowsInVain: (_OWN,),
    flow.NothingRecorded: (("extensions",), ("conferences",)),
    flow.ParkKeyWithoutSlot: (("parking",),),
    flow.PickupAlone: (("extensions",),),
    flow.PickupWithoutCode: (("feature_codes",),),
    phones.CodecLeftOut: (_CODECS,),
    phones.KeyNamesNothing: (("parking",), ("feature_codes",)),
    phones.KeyWithoutCode: (("feature_codes",),),
    phones.KeyWithoutLine: (_OWN,),
    phones.KeysInClear: (("extensions", "{extension}"), ("device_profiles",)),
    phones.NoCodecLeft: (_CODECS,),
    phones.ProfileKeyLeftOut: (_OWN, ("device_profiles", "{profile}", "keys")),
    phones.TooManyKeys: (_OWN,),
    queues.NoWayToLogIn: (("feature_codes",),),
    queues.NoEffect: (_OWN,),
    queues.NoAgents: (_OWN,),
    queues.WaitsForEver: (_OWN,),
    queues.WrapUpDiffers: (("call_queues",),),
    rooms.NobodyModerates: (_OWN,),
    numbers.CodeHidesCode: (("feature_codes",),),
    numbers.EmergencyNotBarred: _COUNTRY,
    numbers.HidesShortNumber: _COUNTRY,
    numbers.BlocksItself: _NUMBERS,
    numbers.ForeignCallerId: _NUMBERS,
    numbers.ImpossibleNumber: _COUNTRY,
    numbers.UnassignedNumber: _COUNTRY,
    numbers.NotE164: _COUNTRY,
    numbers.HidesExtension: (("feature_codes",),),
    console.NoPortalMail: (("mail",),),
    console.HalfConsoleCertificate: (("console", "{lacks}"),),
    console.BlindConsole: tuple(
        ("console", key) for key in ("certificate", "key", "listen", "trusted_proxies")
    ),
    platform.NoEmergencyRoute: _COUNTRY,
    platform.PortTwice: (_OWN,),
    platform.ProviderWithoutLogin: (("register",), ("username",), ("password",)),
    platform.ProviderNotReachable: (("host",), ("port",), ("transport",)),
    platform.ProviderByNameOnly: (("host",), ("addresses",)),
}
"""Rule → the paths of its document that it looks at besides its own place. `@` is the object that
the flaw is in; `{user}` is a value of the flaw.
"""

OF_KEYS: frozenset[type[Rule]] = frozenset({phones.NoPhonesMac, phones.KeyOfAnotherKind})
"""Rules of a whole object that look at its key: no part of it can be what is missing."""


def certain(flaws: Iterable[Flaw], cuts: Cuts = NOTHING) -> Iterator[Flaw]:
    """The flaws that do not rest on what was cut out, at their paths in the document."""
    for flaw in flaws:
        if not cuts.paths:
            yield flaw
        elif not _doubtful(flaw, cuts):
            yield replace(flaw, path=cuts.written(flaw.path))


def _doubtful(flaw: Flaw, cuts: Cuts) -> bool:
    # A flaw of a whole object, of which a part is broken: no rule may call that part missing.
    whole = len(flaw.path) >= 2 and flaw.rule not in OF_KEYS
    if whole and cuts.below(cuts.written(flaw.path)):
        return True
    for path in RESTS_ON.get(flaw.rule, ()):
        place = (
            flaw.path[:2] if path == _OWN else [str(step).format_map(flaw.values) for step in path]
        )
        if cuts.touch(*place):
            return True
    return False
