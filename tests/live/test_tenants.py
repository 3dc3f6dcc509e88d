"""One tenant's phones never reach another's, but through a trunk."""

from __future__ import annotations

import re

import pytest

from .conftest import Carriers, Extension
from .desk import desk
from .scene import scene
from .site import Site
from .switch import Switch


@pytest.mark.parametrize("by", ["number", "domain", "address"])
def test_call_into_another_tenant_is_refused(
    extension: Extension, compiled: Site, carriers: Carriers, by: str
) -> None:
    @scene
    async def refused() -> None:
        async with desk(extension, "acme/1001", "lab/2001", "janes-bakery/1001") as phones:
            alice, lab, jane = phones
            targets = {
                "number": ["2001", "2999"],
                "domain": [f"sip:2001@{lab.domain}", f"sip:2001.lab@{lab.domain}"],
                "address": [f"sip:2001@{lab.address[0]}:{lab.address[1]}"],
            }
            for target in targets[by]:
                assert await (await alice.call(target)).refused() == 404, target
            # Acme has a 1001 too: it is Acme's that rings, whatever domain is asked for.
            await alice.call(f"sip:1001@{jane.domain}")
            await alice.rung()
            for phone in (lab, jane):
                assert await phone.stays_quiet(0.2)
        assert [carrier.invites for carrier in carriers] == [[]] * 4

    refused()


@scene
async def test_another_tenant_s_number_goes_through_a_trunk(
    extension: Extension, carriers: Carriers
) -> None:
    async with desk(extension, "acme/1001", "lab/2002") as (alice, two):
        call = await alice.call("7185550106")
        await call.answered()
        assert (await carriers["mycarrier"].called()).uri.user == "+17185550106"
        assert await two.stays_quiet(0.2)


def named(slug: str) -> str:
    """How the switch's files name a tenant: some slugs of the lab are words that stand there anyway."""
    word = re.escape(slug)
    return (
        rf"XML {word}(?![\w-])|tenants/{word}/|(?<![\w-]){word}\.[a-z0-9$]|hash tenant {word} "
        rf"|tenant(?:\"\s+value=\"|=){word}(?![\w-])"
    )


def test_names_of_a_tenant_are_found(compiled: Site) -> None:
    text = (compiled.conf / "tenants" / "lab" / "directory.xml").read_text("utf-8")
    text += (compiled.conf / "tenants" / "lab" / "dialplan.xml").read_text("utf-8")
    assert len(re.findall(named("lab"), text)) > 20


def test_no_file_of_a_tenant_names_another(compiled: Site) -> None:
    tenants = {path.name for path in (compiled.conf / "tenants").iterdir()}
    assert {"acme", "janes-bakery", "nordlicht", "lab", "capped", "frozen"} <= tenants
    words = {
        slug: [named(slug), rf"(?<![\w-]){re.escape(compiled.domain(slug))}(?![\w-])"]
        for slug in tenants
    }
    for slug in tenants:
        for path in sorted((compiled.conf / "tenants" / slug).rglob("*.xml")):
            text = path.read_text("utf-8")
            for other in tenants - {slug}:
                for word in words[other]:
                    assert not re.search(word, text), (path, word)


def test_contexts_and_domains_are_each_tenant_s_own(compiled: Site, switch: Switch) -> None:
    for slug in ("acme", "lab"):
        domain = compiled.domain(slug)
        found = switch.api(f"xml_locate directory domain name {domain}")
        assert f'name="{domain}"' in found
        other = compiled.domain("lab" if slug == "acme" else "acme")
        assert other not in found
