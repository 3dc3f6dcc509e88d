"""Outside numbers in E.164, however a tenant, a trunk or a test writes them."""

import contextlib
import re
from functools import cached_property

from dialform.proof.sources import Sources

_PLAIN = re.compile(r"\+[0-9]{5,15}\Z")
_SHORTEST = 7


class Numbers:
    """Numbers of one tenant's calls. What is no such number (911, anonymous) stays as it is."""

    def __init__(self, sources: Sources, slug: str) -> None:
        self._sources = sources
        self._slug = slug
        self._formats: dict[str, str] = {}

    def e164(self, number: str) -> str:
        """A number as the tenant's people write it."""
        return _read(number, self._sources.country(self._slug))

    def dialled_as(self, number: str) -> list[str]:
        """The forms in which a number in E.164 may stand in a call through one of the site's trunks."""
        forms = [number]
        if number.startswith("+") and self._some_national:
            from dialform.compiler.dialling import national_form
            from dialform.compiler.numbers import NumberError, parse_e164

            with contextlib.suppress(NumberError):
                forms.append(national_form(parse_e164(number, self._country), self._country))
        return forms

    @cached_property
    def emergency(self) -> frozenset[str]:
        """The numbers of emergency routes."""
        routes = self._sources.data("routes.yaml").get("routes")
        urgent = (
            route
            for route in (routes.values() if isinstance(routes, dict) else ())
            if isinstance(route, dict) and route.get("toll") == "emergency"
        )
        return frozenset(str(number) for route in urgent for number in route.get("exact") or ())

    @cached_property
    def _some_national(self) -> bool:
        names = self._sources.tree.providers
        return any(self._format(name) == "national" for name in names)

    @property
    def _country(self) -> str:
        return str(self._sources.data("platform.yaml").get("country") or "US")

    def _format(self, trunk: str) -> str:
        if trunk not in self._formats:
            provider = self._sources.data(f"providers.d/{trunk}.yaml")
            self._formats[trunk] = str(provider.get("number_format") or "e164")
        return self._formats[trunk]

    def of_trunk(self, trunk: str, number: str) -> str:
        """A number as it stands in a call through a trunk, in the carrier's own form."""
        plain = number.isdigit() and len(number) >= _SHORTEST
        if plain and self._format(trunk) != "national":
            return f"+{number}"
        return _read(number, self._country)


def _read(number: str, country: str) -> str:
    if _PLAIN.match(number):
        return number
    if not number.lstrip("+").isdigit() or len(number) < _SHORTEST:
        return number
    # Late: what is E.164 already needs no numbering plans.
    from dialform.compiler.numbers import NumberError, parse_e164

    try:
        return parse_e164(number, country).e164
    except NumberError:
        return number
