"""Phones fetch their configuration: the demo compiled, served over TLS, asked as each vendor's phone asks."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialform.compiler.phones.catalogue import vendor_of

from .conftest import DIALFORM, environment
from .phonesite import BASE, Serving, Site, certificate, free_port, serving, site_with_phones

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="OPENSSL IS NOT HERE")

AGENTS = {
    "yealink": "Yealink SIP-{model} 66.85.0.5 {mac}",
    "grandstream": "Grandstream Model HW {model} SW 1.0.11.23 DevId {mac}",
    "poly": "FileTransport PolycomVVX-{model}-UA/5.9.7.3480 (SN:{mac}) Type/Application",
    "snom": "Mozilla/4.0 (compatible; snom{model}-SIP 10.1.137.16 2010.12-00004)",
    "fanvil": "Fanvil {model} 2.12.1.7386 {mac}",
    "cisco": "Cisco/{model}-7.6.2c ({MAC})",
}
"""How phones name themselves to a web server, by the vendors' documents and what others logged."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_with_phones(tmp_path_factory.mktemp("phones"))


@pytest.fixture(scope="module")
def service(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(site, tmp_path_factory.mktemp("service")) as found:
        yield found


def one_of_each_vendor(site: Site) -> dict[str, dict[str, Any]]:
    return {row["vendor"]: row for row in reversed(site.index())}


def agent(row: dict[str, Any]) -> str:
    text = AGENTS.get(row["vendor"], "some phone {mac}")
    return text.format(mac=row["mac"], MAC=row["mac"].upper(), model=row["model"].upper())


def test_each_vendors_phone_fetches_its_own_by_its_own_names(site: Site, service: Serving) -> None:
    phones = one_of_each_vendor(site)
    assert {"yealink", "grandstream", "poly", "snom", "fanvil", "cisco"} <= phones.keys()
    for vendor, row in phones.items():
        url = site.access(row["mac"])["url"]
        known = vendor_of(vendor)
        assert known is not None
        below = url.removesuffix(known.address.format(mac=row["mac"], MAC=row["mac"].upper()))
        for name, (file, kind) in row["answers"].items():
            content = (site.host / "provisioning" / row["mac"] / file).read_bytes()
            for asked in (name, name.upper()):
                got = service.fetch(below + asked, agent(row))
                assert (got.status_code, got.content) == (200, content), (vendor, asked)
                assert got.headers["content-type"] == kind
        whole = service.fetch(url, agent(row))
        assert whole.status_code == 200, f"{vendor}: the address itself is what is typed in"


def test_what_a_phone_fetches_is_its_own_and_holds_its_address(
    site: Site, service: Serving
) -> None:
    for vendor, row in one_of_each_vendor(site).items():
        folder = site.host / "provisioning" / row["mac"]
        text = "".join(path.read_text("utf-8") for path in folder.iterdir())
        for extension, domain in row["lines"]:
            assert extension in text, vendor
            assert domain in text, vendor
        others = {one["label"] for one in site.index() if one["lines"][0][1] != row["lines"][0][1]}
        assert not [label for label in others if label in text], vendor


def strange(site: Site) -> list[tuple[str, str]]:
    row, other = site.index()[0], site.index()[-1]
    token = site.access(row["mac"])["url"].split("/provision/")[1].split("/")[0]
    name = next(iter(row["answers"]))
    wrong = ("A" if token[0] != "A" else "B") + token[1:]
    return [
        ("GET", f"{BASE}{name}"),
        ("GET", f"{BASE}{row['mac']}"),
        ("GET", f"{BASE}{row['mac']}/{name}"),
        ("GET", f"{BASE}0015650000ff.cfg"),
        ("GET", f"{BASE}{wrong}/{name}"),
        ("GET", f"{BASE}{token}/{next(iter(other['answers']))}"),
        ("GET", f"{BASE}{token}/../{other['mac']}/{next(iter(other['answers']))}"),
        ("GET", BASE),
        ("GET", "https://pbx.example.com/"),
        ("POST", f"{BASE}{token}/{name}"),
        ("DELETE", f"{BASE}{name}"),
    ]


def test_whoever_may_not_gets_one_answer(site: Site, service: Serving) -> None:
    answers = set()
    for method, url in strange(site):
        got = service.fetch(url, method=method)
        headers = {k: v for k, v in got.headers.items() if k not in ("date", "connection")}
        answers.add((got.status_code, got.content, tuple(sorted(headers.items()))))
    assert len(answers) == 1
    assert answers.pop()[:2] == (404, b"Not found\n")


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_a_login_does_instead_of_the_address(site: Site, service: Serving, auth: str) -> None:
    row = one_of_each_vendor(site)["yealink"]
    found = site.access(row["mac"], auth)
    name = next(iter(row["answers"]))
    kind = httpx.BasicAuth if auth == "basic" else httpx.DigestAuth
    url = f"{BASE}auth/{name}"
    got = service.fetch(url, auth=kind(found["user"], found["password"]))
    assert got.status_code == 200
    assert found["user"].encode() in got.content or row["lines"][0][0].encode() in got.content
    wrong = [
        service.fetch(url),
        service.fetch(url, auth=kind(found["user"], "wrong")),
        service.fetch(url, auth=kind("0015650000ff", found["password"])),
        service.fetch(url.replace(name, "nothing.cfg")),
    ]
    assert {(one.status_code, one.content) for one in wrong} == {(401, b"Unauthorized\n")}


def test_a_new_phone_fetches_once_in_its_window_and_has_an_address_then(
    site: Site, service: Serving
) -> None:
    row = one_of_each_vendor(site)["yealink"]
    mac, name = row["mac"], next(iter(row["answers"]))
    assert service.fetch(f"{BASE}{name}", agent(row)).status_code == 404
    opened = site.device("enroll", mac, "--minutes", "5")
    assert (opened.status, "may fetch once" in opened.out, name in opened.out) == (0, True, True)
    got = service.fetch(f"{BASE}{name}", agent(row))
    assert got.status_code == 200
    (window,) = [one for one in site.said("enroll", "--list")["windows"] if one["mac"] == mac]
    assert window["taken"] == [name]
    assert service.fetch(f"{BASE}{name}", agent(row)).status_code == 404, "once"
    own = site.access(mac)["url"]
    assert own in got.text, "what it got holds its address"
    assert service.fetch(own + name, agent(row)).status_code == 200


def test_a_window_that_is_closed_gives_nothing(site: Site, service: Serving) -> None:
    row = one_of_each_vendor(site)["fanvil"]
    assert site.device("enroll", row["mac"]).status == 0
    assert site.device("enroll", row["mac"], "--close").status == 0
    assert service.fetch(f"{BASE}{next(iter(row['answers']))}").status_code == 404


def test_the_list_says_what_was_fetched_and_what_is_old_by_now(
    site: Site, service: Serving
) -> None:
    row = one_of_each_vendor(site)["grandstream"]
    mac, name = row["mac"], next(iter(row["answers"]))
    url = site.access(mac)["url"]

    def listed() -> dict[str, Any]:
        (one,) = [one for one in site.said("list")["devices"] if one["mac"] == mac]
        found: dict[str, Any] = one
        return found

    service.fetch(url + name, agent(row))
    service.wait(lambda: listed()["up_to_date"] is True)
    one = listed()
    assert one["last_fetch"].startswith("20")
    assert (one["fetched"], one["agent"]) == (name, agent(row))
    assert one["revision"] == one["current"] == row["revision"]
    # The site changes, and the service serves that without being started again.
    extension = row["lines"][0][0]
    site.edit("tenants.d/janes-bakery.yaml", f"lines: [{{extension: \"{extension}\"}}]",
              f"lines: [{{extension: \"{extension}\", label: Changed}}]")  # fmt: skip
    site.compile()
    new = listed()
    assert (new["up_to_date"], new["revision"]) == (False, row["revision"])
    assert new["current"] != row["revision"]
    service.wait(lambda: service.fetch(url + name, agent(row)).content != b"" and
                 service.lines()[-1].get("revision") == new["current"])  # fmt: skip
    service.wait(lambda: listed()["up_to_date"] is True)


def test_no_secret_stands_in_the_log(site: Site, service: Serving) -> None:
    row = one_of_each_vendor(site)["poly"]
    found, login = site.access(row["mac"]), site.access(row["mac"], "basic")
    token = found["url"].split("/provision/")[1].split("/")[0]
    name = next(iter(row["answers"]))
    service.fetch(f"{BASE}{token}/{name}", agent=f"phone {token} {login['password']}")
    service.fetch(f"{BASE}{token}x/{name}?{token}")
    service.fetch(f"{BASE}auth/{name}", auth=(row["mac"], login["password"]))
    service.fetch(f"{BASE}auth/{name}", auth=(row["mac"], f"{login['password']}x"))
    logged = service.log.read_text()
    assert row["mac"] in logged
    assert token not in logged
    assert login["password"] not in logged
    assert [line["by"] for line in service.lines() if line.get("mac") == row["mac"]][-2:] == [
        "token", "basic",
    ]  # fmt: skip


def test_those_who_watch_have_a_listener_of_their_own(service: Serving) -> None:
    metrics = httpx.get(f"{service.watch}/metrics").text
    assert 'dialform_phones_requests_total{outcome="fetched",vendor="yealink"}' in metrics
    assert httpx.get(f"{service.watch}/healthz").json()["release"] == "newest"
    assert service.fetch("https://pbx.example.com/metrics").status_code == 404


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 64, "no agent has applied anything"),
        (("--root", "{out}", "--listen", "everywhere"), 64, "is no address"),
        (("--root", "{out}", "--listen", "0.0.0.0:8085"), 3, "HTTP would be served"),
        (
            ("--root", "{out}", "--certificate", "/nowhere", "--listen", "127.0.0.1:1"),
            1,
            "cannot be",
        ),
        (("--root", "{empty}"), 3, "provisioning:"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    site: Site, tmp_path: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    given = [word.format(out=site.host, empty=tmp_path) for word in words]
    done = subprocess.run(
        [DIALFORM, "provision", "serve", *given], env=environment(DIALFORM_STATE=str(tmp_path / "none")),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr


def test_it_ends_when_it_is_told_to(site: Site, tmp_path: Path) -> None:
    with serving(site, tmp_path) as found:
        row = site.index()[0]
        url = site.access(row["mac"])["url"]
        assert found.fetch(url).status_code == 200
        found.process.send_signal(signal.SIGTERM)
        assert found.process.wait(20) == 0
        assert found.lines()[-1]["event"] == "stopped"
    (one,) = [one for one in site.said("list")["devices"] if one["mac"] == row["mac"]]
    assert time.time() - 60 < _seconds(one["last_fetch"]), "what was fetched is written first"


def _seconds(moment: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(moment).timestamp()


def test_systemd_hands_the_certificate_over(site: Site, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    handed = tmp_path / "credentials"
    handed.mkdir()
    cert.rename(handed / "certificate")
    key.rename(handed / "key")
    log = tmp_path / "log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [DIALFORM, "provision", "serve", "--root", site.host, "--listen", f"127.0.0.1:{free_port()}"],
            env=environment(DIALFORM_STATE=str(site.state), CREDENTIALS_DIRECTORY=str(handed)), stderr=stream,
        )  # fmt: skip
    try:
        found = Serving(process, "", "", handed / "certificate", log)
        found.wait(lambda: process.poll() is not None or '"listening"' in log.read_text())
        assert json.loads(log.read_text().splitlines()[0])["where"].startswith("https://127.0.0.1:")
    finally:
        process.terminate()
        process.wait(20)


def test_a_proxy_that_nobody_named_is_told_at_the_start(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [DIALFORM, "provision", "serve", "--root", site.host, "--listen", f"127.0.0.1:{free_port()}"],
            env=environment(DIALFORM_STATE=str(site.state)), stderr=stream,
        )  # fmt: skip
    found = Serving(process, "", "", tmp_path, log)
    try:
        found.wait(lambda: process.poll() is not None or '"proxy"' in log.read_text())
        assert "trusted_proxies" in log.read_text()
    finally:
        process.terminate()
        process.wait(20)


def test_behind_a_proxy_its_word_of_the_address_and_of_tls_counts(tmp_path: Path) -> None:
    """As docs/provisioning.md has it for nginx: no certificate, a trusted address, two headers."""
    site = site_with_phones(tmp_path)
    site.edit("platform.yaml", f'"{BASE}"', f'"{BASE}", trusted_proxies: [127.0.0.1]')
    site.compile()
    log, port = tmp_path / "log", free_port()
    with log.open("w") as stream:
        process = subprocess.Popen(
            [DIALFORM, "provision", "serve", "--root", site.host, "--listen", f"127.0.0.1:{port}"],
            env=environment(DIALFORM_STATE=str(site.state)), stderr=stream,
        )  # fmt: skip
    found = Serving(process, f"http://127.0.0.1:{port}", "", tmp_path, log)
    try:
        found.wait(lambda: process.poll() is not None or '"listening"' in log.read_text())
        row = one_of_each_vendor(site)["yealink"]
        name, own = next(iter(row["answers"])), site.access(row["mac"])["url"]
        assert site.device("enroll", row["mac"]).status == 0

        def fetch(url: str, scheme: str) -> int:
            headers = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": scheme}
            return httpx.get(
                url.replace("https://pbx.example.com", found.url), headers=headers
            ).status_code

        assert fetch(f"{BASE}{name}", "http") == 404, "in clear, window or not"
        assert fetch(f"{own}{name}", "http") == 404
        assert fetch(f"{BASE}{name}", "https") == 200
        assert fetch(f"{own}{name}", "https") == 200
        fetches = [line for line in found.lines() if line["event"] == "fetch"]
        assert {line["address"] for line in fetches} == {"192.0.2.7"}
        assert "proxy" not in {line["event"] for line in found.lines()}
    finally:
        process.terminate()
        process.wait(20)
