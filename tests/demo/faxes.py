"""A part of the demo: a fax goes out, page by page, and one comes in."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.demo.shell import DIALFORM, ROOT, headline, step

DENTIST, OURS = "+12125550177", "+12125550150"
"""Where the city's dentist has a fax machine; the number of Acme's own fax account."""
ACME = ("--tenant", "acme")


def by_the_second_carrier(site: Path) -> None:
    """Faxes leave by the carrier behind which the demo has a fax machine."""
    path = site / "routes.yaml"
    text, found = re.subn(
        r"(us-fax: .*providers: )\[.*?\]", r"\1[backup]", path.read_text("utf-8"), count=1
    )
    if not found:
        sys.exit(f"{path} has no route us-fax")
    path.write_text(text, "utf-8")


def demonstrate(here: Sequence[str], folder: Path, arrives: Callable[[], None] | None) -> None:
    """A form to a contact, and what somebody sends to Acme.

    `arrives` has somebody send a fax to Acme; without it Acme sends one to itself, over the carrier.
    """
    form = _form(folder / "order-form.png")
    step("Fax the order form to the dentist of the address book, and wait for it", "fax", "send",
         "--account", "1050", "--to", "dentist", str(form), "--wait", *ACME, *here)  # fmt: skip
    step("How it went: each attempt, with the pages that the other machine confirmed", "fax", "show",
         "1", *ACME, *here)  # fmt: skip
    step("A number on the do-not-call list: nothing is queued", "fax", "send", "--account", "1050",
         "--to", "+12125550111", str(form), *ACME, *here, exits=1)  # fmt: skip
    if arrives is None:
        step("Somebody faxes to Acme (here Acme itself: the carrier brings it back)", "fax", "send",
             "--account", "1050", "--to", OURS, str(form), "--wait", *ACME, *here)  # fmt: skip
    else:
        headline("Somebody faxes two pages to Acme")
        arrives()
    fax = _until_there(here)
    step("What came in", "fax", "inbox", *ACME, *here)
    paper = folder / "fax.pdf"
    step("The same as a PDF", "fax", "save", fax, str(paper), *ACME, *here)
    if paper.read_bytes()[:5] != b"%PDF-":
        sys.exit(f"{paper} is no PDF")


def _form(path: Path) -> Path:
    """A page of paper, as a scanner gives it."""
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    pen.text((120, 120), "Order form", fill=0, font=ImageFont.load_default(72))
    for row in range(12):
        pen.line((120, 400 + 90 * row, 1120, 400 + 90 * row), fill=0, width=3)
    page.save(path)
    return path


def _until_there(here: Sequence[str]) -> str:
    """Wait until a fax stands in the inbox, with its PDF."""
    deadline = time.monotonic() + 60
    listed = [DIALFORM, "fax", "inbox", "--format", "json", *ACME, *here]
    while True:
        done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
        rows = json.loads(done.stdout)["received"] if done.returncode == 0 else []
        whole = [row for row in rows if row["pages"]]
        if whole:
            return str(whole[0]["id"])
        if time.monotonic() > deadline:
            sys.exit(f"no fax comes in:\n{done.stdout}{done.stderr}")
        time.sleep(0.3)
