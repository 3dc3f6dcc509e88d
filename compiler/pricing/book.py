"""All prices of a site. A file of prices is read when it is asked for, and once."""

from collections.abc import Callable, Mapping
from functools import cached_property

from dialform.compiler.pricing.inline import price_of
from dialform.compiler.pricing.ratefile import RateFile, read_rates
from dialform.compiler.terms import Price, Prices
from dialform.schema.billing import Billing
from dialform.values import dataclass


@dataclass
class RateBook:
    """The rates and plans of billing.yaml. `has` and `read` are about files of the site; what cannot be
    read is empty.
    """

    billing: Billing
    has: Callable[[str], bool]
    read: Callable[[str], bytes]

    @cached_property
    def named(self) -> frozenset[str]:
        """The files of prices that rates name."""
        return frozenset(rate.file for rate in self.billing.rates.values() if rate.file is not None)

    @cached_property
    def paths(self) -> list[str]:
        """Those that are there."""
        return sorted(path for path in self.named if self.has(path))

    @cached_property
    def files(self) -> Mapping[str, RateFile]:
        """Those files, read."""
        return {path: read_rates(path, self.read(path)) for path in self.paths}

    @cached_property
    def inline(self) -> Mapping[str, Price]:
        """The good ones of the rates that stand in billing.yaml themselves."""
        rates = self.billing.rates.items()
        found = {name: price_of(name, rate) for name, rate in rates if rate.file is None}
        return {name: price for name, price in found.items() if price is not None}

    def file_of(self, rate: str) -> RateFile | None:
        """The file of a rate; None where it has none, or there is none."""
        known = self.billing.rates.get(rate)
        return self.files.get(known.file) if known is not None and known.file else None

    def good(self, rate: str) -> bool:
        """Whether all that a rate says could be read."""
        file = self.file_of(rate)
        return rate in self.inline if file is None else not file.findings

    def prices(self) -> Prices:
        """All of it as the hosts get it."""
        billing = self.billing
        rates: dict[str, tuple[Price, ...]] = {}
        for name in sorted(billing.rates):
            file = self.file_of(name)
            if file is not None:
                rates[name] = file.prices(name)
            elif name in self.inline:
                rates[name] = (self.inline[name],)
        return Prices(
            rates,
            {name: tuple(billing.plans[name].rates) for name in sorted(billing.plans)},
            {
                name: {str(what): count for what, count in sorted(package.included.items())}
                for name, package in sorted(billing.packages.items())
            },
            billing.partial_fax == "charge",
        )
