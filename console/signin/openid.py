"""Signing in through a provider of OpenID Connect, and coming back."""

import hmac
import json

from starlette.responses import RedirectResponse, Response

from dialform.console.accounts import accounts, cookies, identities
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.reception import reception
from dialform.console.errors import ConsoleError, Forbidden, NotThere, Refused
from dialform.console.page import Context
from dialform.console.signin.entering import enter
from dialform.console.signin.going import safe
from dialform.console.signin.provider import Person, Provider, provider

MINUTES = 10
"""That somebody has to sign in there."""

_PURPOSE = "openid"


async def leave(context: Context) -> Response:
    """To the provider. What comes back is told by a sealed cookie, which no other browser has."""
    found = _provider(context)
    desk = reception(context.ground)
    if not desk.throttle.asks(desk.address(context.request)):
        raise Forbidden(
            "There were too many attempts from your network. Try again in a few minutes."
        )
    state, nonce, verifier = desk.keys.token(), desk.keys.token(), desk.keys.token()
    way = await found.way(state=state, nonce=nonce, verifier=verifier, back=_address(context))
    kept = json.dumps({
        "state": state, "nonce": nonce, "verifier": verifier, "at": desk.now(),
        "next": safe(context.query.get("next", "/")),
    })  # fmt: skip
    response = RedirectResponse(way, 303)
    value = desk.keys.seal(_PURPOSE, kept)
    cookies.put(response, context.ground.settings, cookies.AWAY, value, MINUTES * 60)
    return response


async def back(context: Context) -> Response:
    """Back from the provider, with a code for whoever is an account here. The cookie is used up."""
    try:
        response = await _back(context)
    except ConsoleError as error:
        response = context.render("error.html", error.status, sentence=str(error))
    cookies.drop(response, context.ground.settings, cookies.AWAY)
    return response


async def _back(context: Context) -> Response:
    found, desk = _provider(context), reception(context.ground)
    kept = _kept(context)
    if not hmac.compare_digest(kept["state"].encode(), context.query.get("state", "").encode()):
        raise Refused("This sign-in was begun in another browser, or long ago. Begin it anew.")
    if context.query.get("iss", found.issuer).rstrip("/") != found.issuer:  # RFC 9207
        raise Refused("This answer comes from another single sign-on.")
    if "error" in context.query:
        await desk.write("sign-in refused", context.request, None, way="openid")
        raise Refused("The single sign-on did not let you in. Try again, or use your password.")
    person = await found.person(
        context.query.get("code", ""), nonce=kept["nonce"], verifier=kept["verifier"],
        back=_address(context),
    )  # fmt: skip
    account = await _whose(context, found, person)
    return await enter(context, account, "openid", proven=person.strong, to=kept["next"])


async def _whose(context: Context, found: Provider, person: Person) -> Account:
    """The account of somebody there: the one that is linked, else the one that the claim names.

    Raises Refused where there is none: the site says who people are, not the provider.
    """
    desk, ground = reception(context.ground), context.ground

    def work() -> Account | None:
        account = identities.account_of(ground.database, person.issuer, person.name)
        if account is None:
            account = _named(context, found, person)
        if account is None or not account.open or desk.stands_for(account) is None:
            return None
        linked = identities.link(
            ground.database, account.id, person.issuer, person.name, desk.now()
        )
        return account if linked else None

    account = await ground.off(work)
    if account is None:
        await desk.write("sign-in refused", context.request, None, way="openid")
        if found.entry.claim == "email" and not person.verified:
            raise Refused(
                f"{found.entry.name} has not verified your mail address, so it opens no account here. Have "
                "it verified there, and sign in once more."
            )
        raise Refused(
            f"You are known to {found.entry.name}, but there is no account for you here. An administrator "
            "can invite you."
        )
    return account


def _named(context: Context, found: Provider, person: Person) -> Account | None:
    """The account that the provider's claim names."""
    claim = person.claim(found.entry.claim)
    if not claim:
        return None
    if found.entry.claim == "email":
        return accounts.by_email(context.ground.database, claim)
    return accounts.by_login(context.ground.database, claim)


def _kept(context: Context) -> dict[str, str]:
    """What the cookie says. Raises Refused."""
    desk = reception(context.ground)
    value = cookies.read(context.request, context.ground.settings, cookies.AWAY)
    text = desk.keys.open(_PURPOSE, value) if value else None
    kept = json.loads(text) if text else None
    if kept is None or desk.now() - kept["at"] > MINUTES * 60_000_000:
        raise Refused("This sign-in was begun in another browser, or long ago. Begin it anew.")
    return {name: str(one) for name, one in kept.items()}


def _address(context: Context) -> str:
    """Where the provider sends browsers back to."""
    return f"{context.ground.settings.base_url.rstrip('/')}/openid/back"


def _provider(context: Context) -> Provider:
    found = provider(context.ground)
    if found is None:
        raise NotThere("There is no single sign-on here.")
    return found
