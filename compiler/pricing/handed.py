"""What a host is given of money: the prices, and the terms of its own tenants."""

from collections.abc import Callable, Iterable

from dialform.compiler.cache import KeptHost
from dialform.compiler.digests import digest
from dialform.compiler.keys import Keys
from dialform.compiler.platform import LoadedPlatform
from dialform.compiler.pricing.book import RateBook
from dialform.compiler.release import Stage
from dialform.compiler.resolved import Artifact
from dialform.compiler.stamp import compiler_digest, signature
from dialform.compiler.terms import PRICES, TENANTS, Terms
from dialform.compiler.terms_json import prices_json, tenants_json

BILLING = PRICES.partition("/")[0]
"""The folder of a host's output that holds both."""


def price_mark(platform: LoadedPlatform, keys: Keys) -> str:
    """A name for all prices and routes, made without reading a file of prices that is known already."""
    own = [path for path in ("billing.yaml", "routes.yaml") if path in platform.documents]
    paths: list[str] = [*own, *platform.book.paths]
    return digest(compiler_digest(), *(part for path in paths for part in (path, keys.file(path))))


def hand_over(
    stage: Stage,
    host: str,
    mark: str,
    prices: Callable[[], bytes],
    tenants: Iterable[Terms],
    kept: KeptHost | None,
) -> KeptHost:
    """Write a host's two files, or take them over where they would be the same.

    `mark` is the name of the prices, which `prices` makes. Both are for the agent alone: what is agreed
    with a tenant is nobody else's.
    """
    content = tenants_json(tenants)
    made = {PRICES: (mark, prices), TENANTS: (digest(content), lambda: content)}
    known = {one.path: one for one in kept.files} if kept else {}
    files = []
    for path, (name, make) in made.items():
        one = known.get(path) if kept and kept.drafts.get(path) == name else None
        if one is not None and signature(f"{stage.final}/{path}") == one.signature:
            stage.take(f"{stage.final}/{path}", one)
        else:
            one = stage.write(Artifact(path, f"host {host}", make(), secret=True))
        files.append(one)
    return KeptHost("", files, {path: name for path, (name, _) in made.items()})


def price_bytes(book: RateBook) -> Callable[[], bytes]:
    """The file of prices, which is the same for all hosts: made at most once."""
    made: list[bytes] = []

    def make() -> bytes:
        if not made:
            made.append(prices_json(book.prices()))
        return made[0]

    return make
