"""A realistic site of any size, the same for the same arguments: what the benchmarks run on.

From the command line: `python tests/bench/generator.py DIR --tenants 1000`.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

if not __package__:  # run as a script: relative imports need the package's name (PEP 366)
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    __package__ = "bench"

from .account import account
from .callflow import callflow
from .people import people
from .phones import MAC_LIMIT, phones
from .shape import Shape, shape, slug
from .sitewide import sitewide, write_media

__all__ = ["Totals", "generate", "slug"]


@dataclass(frozen=True, slots=True)
class Totals:
    """How large a generated site is."""

    tenants: int
    extensions: int
    dids: int
    phones: int
    files: int
    bytes: int


def generate(
    path: Path | str,
    tenants: int = 1000,
    extensions: int = 50,
    dids: int = 10,
    phones: int = 50,
    seed: int = 0,
) -> Totals:
    """Write a site of so many tenants, each with so many extensions, DIDs and phones.

    A tenant's text depends on its place, the sizes and the seed, not on the number of tenants: a
    small site is the beginning of a larger one. Raises FileExistsError where a site already
    stands, ValueError for sizes that no numbering plan holds.
    """
    if min(tenants, dids, phones) < 0:
        raise ValueError("sizes are not negative")
    if tenants * phones > MAC_LIMIT:
        raise ValueError(f"a site has at most {MAC_LIMIT:,} phones")
    root = Path(path)
    (root / "tenants.d").mkdir(parents=True)
    written = 0
    files = sitewide(extensions, phones)
    for name, text in files.items():
        written += _write(root / name, text)
    write_media(root / "media")
    count = len(files)
    for index in range(tenants):
        for name, text in _tenant(shape(index, extensions, dids, phones, seed)).items():
            written += _write(root / "tenants.d" / name, text)
            count += 1
    return Totals(tenants, tenants * extensions, tenants * dids, tenants * phones, count, written)


def _tenant(tenant: Shape) -> dict[str, str]:
    """The files of a tenant: every third is a folder, the others are one file each."""
    contract, pbx = account(tenant), people(tenant) + callflow(tenant)
    devices = phones(tenant)
    if tenant.index % 3:
        return {f"{tenant.slug}.yaml": contract + pbx + devices}
    return {
        f"{tenant.slug}/account.yaml": contract,
        f"{tenant.slug}/pbx.yaml": pbx,
        f"{tenant.slug}/phones.yaml": devices,
    }


def _write(path: Path, text: str) -> int:
    """Write a file, its folder where needed; returns the bytes written."""
    data = text.encode()
    path.parent.mkdir(exist_ok=True)
    return path.write_bytes(data)


def main() -> None:
    """Write a site from the command line and say how large it is."""
    parser = argparse.ArgumentParser(description="Write a synthetic site.")
    parser.add_argument("dir", type=Path, help="the folder to write it to; must hold no site yet")
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--extensions", type=int, default=50, help="of each tenant")
    parser.add_argument("--dids", type=int, default=10, help="of each tenant")
    parser.add_argument("--phones", type=int, default=50, help="of each tenant")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    total = generate(
        given.dir, given.tenants, given.extensions, given.dids, given.phones, given.seed
    )
    print(
        f"{total.tenants:,} tenants, {total.extensions:,} extensions, {total.dids:,} DIDs, "
        f"{total.phones:,} phones: {total.files:,} files, {total.bytes / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
