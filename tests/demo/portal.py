"""`make demo PORTAL=1`: the portal on the demo site, with one account a role, until Ctrl-C."""

import contextlib
import signal
import sys
import time
import webbrowser

from tests.demo.shell import ROOT, headline
from tests.portal.portal import LOGINS, PASSWORD, NotStartedError, Portal

WORK = ROOT / ".venv" / "portal"


def main() -> None:
    """Start it, say where it is and who may come, and wait."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    headline(
        "The demo site in git, an agent, a simulated switch, and the portal: this takes a moment"
    )
    try:
        with Portal(WORK) as portal:
            _tell(portal)
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    time.sleep(3600)
    except NotStartedError as error:
        sys.exit(str(error))


def _tell(portal: Portal) -> None:
    headline(f"The portal: {portal.url}/")
    for role, login in LOGINS.items():
        print(f"   {role:13} {login}")
    print(f"   The password of all of them: {PASSWORD}")
    headline("Things to try")
    print(
        "   As alice: change the name of an extension, and look at what the change does before it is merged"
    )
    print("   As bob: for how long follow-me rings; it is merged at once, and the agent applies it")
    print(
        f"   What comes of it: git --git-dir {portal.remote} log; dialform status --state {portal.state}"
    )
    print("\n   Ctrl-C ends all of it.", flush=True)
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(f"{portal.url}/")


if __name__ == "__main__":
    main()
