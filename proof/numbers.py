"""Outside numbers in E.164, however a tenant, a trunk or a test writes them."""

import re

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

    def of_trunk(self, trunk: str, number: str) -> str:
        """A number as it stands in a call through a trunk, in the carrier's own form."""
        if trunk not in self._formats:
            provider = self._sources.data(f"providers.d/{trunk}.yaml")
            self._formats[trunk] = str(provider.get("number_format") or "e164")
        if self._formats[trunk] != "national" and number.isdigit() and len(number) >= _SHORTEST:
            return f"+{number}"
        country = str(self._sources.data("platform.yaml").get("country") or "US")
        return _read(number, country)


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
