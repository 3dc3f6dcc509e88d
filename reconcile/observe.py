"""What a switch says of itself: all that is compared with what is wanted. Only questions are asked."""

from collections.abc import Iterable, Mapping

from dialform.switch import questions
from dialform.switch.questions import Ask
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class LiveGateway:
    """A gateway as it is. `dying`: it was killed and has not gone yet."""

    profile: str
    stamp: str
    state: str
    up: bool
    dying: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """A switch at one moment. A profile that is not running is not there."""

    core_uuid: str
    revision: str
    folder: str
    profiles: frozenset[str] = frozenset()
    gateways: Mapping[str, LiveGateway] = field(default_factory=dict)
    queues: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()
    tiers: frozenset[tuple[str, str]] = frozenset()
    streams: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()
    """Of the tenants that were asked for, those that have calls up."""


_CALLCENTER, _SOFIA, _STREAMS = "mod_callcenter", "mod_sofia", "mod_local_stream"


async def observe(ask: Ask, modules: Iterable[str] = (), tenants: Iterable[str] = ()) -> Observed:
    """Asks the switch for everything that `steps` compares.

    `modules` are those that are wanted; of `tenants` it is asked who has calls up: those that are gone
    and wait for their last call (`Known.waiting`). Raises SwitchError.
    """
    names = {_CALLCENTER, _SOFIA, _STREAMS, *modules}
    there = await questions.modules(ask, names)
    slugs = set(tenants)
    calls = _CALLCENTER in there
    return Observed(
        core_uuid=await questions.core_uuid(ask),
        revision=await questions.revision(ask),
        folder=await questions.conf_folder(ask),
        profiles=await _profiles(ask) if _SOFIA in there else frozenset(),
        gateways=await _gateways(ask) if _SOFIA in there else {},
        queues=await questions.queues(ask) if calls else {},
        agents=frozenset(await questions.agents(ask)) if calls else frozenset(),
        tiers=frozenset(await questions.tiers(ask)) if calls else frozenset(),
        streams=frozenset(await questions.streams(ask)) if _STREAMS in there else frozenset(),
        modules=frozenset(there),
        busy=frozenset(await calling(ask, slugs)) if slugs else frozenset(),
    )


async def _profiles(ask: Ask) -> frozenset[str]:
    found = await questions.profiles(ask)
    return frozenset(name for name, one in found.items() if one.running)


async def _gateways(ask: Ask) -> dict[str, LiveGateway]:
    found = {}
    for name, one in (await questions.gateways(ask, stamps=True)).items():
        # What was killed says nothing of itself any more, and stands in the list until it is gone.
        dying = not one.stamp and await questions.gateway(ask, name) is None
        found[name] = LiveGateway(one.profile, one.stamp, one.state, one.up, dying)
    return found


async def calling(ask: Ask, tenants: Iterable[str]) -> set[str]:
    """Those of these tenants that have a call up: a leg in one of their contexts. Raises SwitchError.

    A leg to a phone or a trunk is bridged to one of those, or about to be.
    """
    contexts = {one.context for one in await questions.channels(ask)}
    return {
        slug
        for slug in tenants
        if any(context == slug or context.startswith(f"{slug}.") for context in contexts)
    }
