"""What a store holds of hosts, as records. A host whose word cannot be read says nothing: that is logged."""

from collections.abc import Iterable

from dialform.reconcile.telling.logs import logger
from dialform.reconcile.waves.record import Record, decode


def heard(found: Iterable[tuple[str, bytes]]) -> dict[str, Record]:
    """The records in what lies under the names of hosts."""
    records = {}
    for host, content in found:
        one = decode(content, host)
        if one is None:
            unheard(host, "what lies there is no record of this host")
        else:
            records[host] = one
    return records


def unheard(host: str, why: str) -> None:
    """Say that a host's word is lost: the waves above it wait."""
    logger().warning("status not readable", host=host, why=why)
