"""Files without a secret: in a window they may be fetched as often as a phone that starts likes."""

from __future__ import annotations

import json
from pathlib import Path

from .release import ACME, OTHER, Phone, release
from .serving import serving

MASTER, PARAMETERS = f"{ACME}.cfg", f"{ACME}-dialform.cfg"


def test_a_loader_and_its_phone_both_get_the_file_without_a_secret(
    tmp_path: Path, certificate: Path
) -> None:
    root = release(tmp_path / "pbx1", [Phone(ACME, files={MASTER: "<a/>", PARAMETERS: "<b/>"})])
    path = root / "phones" / "tenants" / "acme.json"
    data = json.loads(path.read_text())
    data["devices"][0]["open"] = [MASTER]
    path.write_text(json.dumps(data))
    with serving(root, tmp_path / "state", certificate) as served:
        assert served.ask(f"/provision/{MASTER}").status == 404, (
            "outside of a window it is as any other"
        )
        served.enrol(ACME)
        names = [MASTER, MASTER, PARAMETERS, MASTER, PARAMETERS, f"{OTHER}.cfg"]
        found = [served.ask(f"/provision/{name}").status for name in names]
        assert found == [200, 200, 200, 200, 404, 404]
        served.clock.now += 600
        assert served.ask(f"/provision/{MASTER}").status == 404
