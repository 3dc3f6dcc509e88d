"""The page of feature codes: what is dialled for what, as it runs."""

from collections.abc import Mapping

from starlette.responses import Response

from dialform.compiler.numbering import feature_codes
from dialform.compiler.scope import Scope
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.renderers.freeswitch.features import IN_CALL
from dialform.schema.docs import field_docs
from dialform.schema.platform import FeatureCodes
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code and what it does. `during`: it is pressed while one talks."""

    code: str
    text: str
    during: bool
    own: bool
    """Whether the tenant has its own, not the platform's."""


def codes_of(scope: Scope) -> list[Code]:
    """The codes of a tenant, those of a phone at rest first. What the tenant cannot use is left out."""
    docs: Mapping[str, str] = field_docs(FeatureCodes)
    mine = scope.tenant.feature_codes
    own = mine.model_fields_set if mine is not None else frozenset()
    lacking = _lacking(scope)
    found = [
        Code(code, _plain(docs[name]), name in IN_CALL, name in own)
        for code, name in feature_codes(scope).items()
        if name not in lacking
    ]
    return sorted(found, key=lambda one: one.during)


def _lacking(scope: Scope) -> frozenset[str]:
    lacking = set() if scope.tenant.parking else {"park"}
    if not scope.tenant.call_queues:
        lacking |= {"agent_login", "agent_logout"}
    return frozenset(lacking)


def _plain(text: str) -> str:
    text = text.removeprefix("During a call: ").replace("`", "")
    return f"{text[:1].upper()}{text[1:]}"


async def codes(context: Context) -> Response:
    """The codes of one's own tenant: for everybody there."""
    return context.render("changes/codes.html", codes=codes_of(context.scope()))


PAGES = (
    Page("/t/{tenant}/dial-codes", codes, ANYBODY, menu=Menu("Codes to dial", "Phone system", 95)),
)
