"""`make demo`: the main job on the demo site, as an operator would do it, step by step.

`python -m tests.demo SECRETS [SWITCH]`: the folder of secrets, and `freeswitch` for a real switch.
"""

import shutil
import sys
from pathlib import Path

from tests.demo import faxes, money, phones
from tests.demo.changes import CHANGE, CONTRACT, MISTAKE, edit
from tests.demo.shell import ROOT, git, head, headline, step
from tests.demo.switches import RealHost, SimulatedHost, host
from tests.live.site import HOST, Site

WORK = ROOT / ".venv" / "demo"


def files(secrets: str) -> None:
    """What files alone can tell: findings, XML, where a call goes, whether calls go where they should."""
    site = ["--site", "."]
    step("Check the site: three tenants, two carriers", "validate", *site, "--secrets", secrets)
    step("Compile it for the switch", "compile", *site, "--secrets", secrets)
    step("Again: nothing changed", "compile", *site, "--secrets", secrets)
    step("What a phone of Acme's Alice registers with", "secret", "show", "acme/1001", *site,
         "--secrets", secrets)  # fmt: skip
    step("Where a call goes on Christmas Eve, who presses 1", "trace", *site,
         "--from", "+19175550100", "--to", "+12125550199",
         "--at", "2026-12-24T10:00", "--press", "1")  # fmt: skip
    step("Calls go where they should: the call tests", "test", *site)


def repository() -> Site:
    """The same site as a git repository, moved to free ports on loopback."""
    shutil.rmtree(WORK, ignore_errors=True)
    site = Site.demo(WORK)
    faxes.by_the_second_carrier(site.source)
    git(site.source, "init", "--quiet", "--initial-branch", "main")
    commit(site, "Our phone system", shown=False)
    return site


def commit(site: Site, message: str, *, shown: bool = True) -> None:
    """Commit all that changed in the site."""
    git(site.source, "add", "--all")
    git(site.source, "commit", "--quiet", "--message", message, shown=shown)


def switch(site: Site, which: str) -> None:
    """What the agent does with a switch: first start, change, mistake, hand on the console."""
    state = WORK / "agent"
    here = ["--state", str(state)]
    agent = ["agent", "--once", "--site", str(site.source), "--host", HOST, *here,
             "--secrets", str(site.secrets), "--confirm-within", "20"]  # fmt: skip
    real = host(which, site, state / "current" / "freeswitch")
    step("The agent compiles the repository. There is no switch yet: it says how to start one",
         *agent, exits=1)  # fmt: skip
    headline(f"Start {real.name} from what the agent made")
    with real.running():
        step("Now the agent finds it, and proves that it runs this commit", *agent)
        step("How things stand", "status", *here)
        calls(here)
        headline("Change it: a new colleague, sales ring longer, key 9 leads to the queue")
        edit(site.source, CHANGE)
        step("What that does, to the switch and to calls", "plan", "--site", str(site.source),
             "--secrets", str(site.secrets))  # fmt: skip
        commit(site, "Dave, longer sales, key 9")
        step("The agent applies it, and proves it", *agent)
        step("Again: the same commit, nothing is sent", *agent)
        headline("A mistake that somebody merged: a ring group with an extension that is not there")
        edit(site.source, MISTAKE)
        commit(site, "Nobody is at 1009")
        step("Nothing of it reaches the switch", *agent, exits=3)
        git(site.source, "revert", "--no-edit", "HEAD", shown=True)
        step("What was right before is right again", *agent)
        phones.demonstrate(site.source, site.secrets, here)
        broken_by_hand(site, state, agent, here)
        the_bill(real, site, agent, here)


def calls(here: list[str]) -> None:
    """A call by hand, looked at and ended."""
    step("A call: ring 1001, then let it dial 1002", "live", "call", "1001", "1002",
         "--tenant", "acme", *here)  # fmt: skip
    step("Who talks", "live", "channels", "--tenant", "acme", *here)
    step("Hang up", "live", "hangup", "1001", "--tenant", "acme", *here)


def broken_by_hand(site: Site, state: Path, agent: list[str], here: list[str]) -> None:
    """Somebody edits a file on the host and takes a trunk down on the console; the agent mends it."""
    headline("Somebody edits a file on the host, and kills a trunk on the switch's console")
    file = state / "current" / "freeswitch" / "tenants" / "acme" / "ivr.xml"
    file.chmod(0o640)
    file.write_text(file.read_text("utf-8").replace("700", "777", 1), "utf-8")
    from tests.live.esl import Esl
    from tests.live.site import secret_text

    console = Esl(site.address("esl"), secret_text("esl"))
    print("> sofia profile external killgw mycarrier")
    print(console.api("sofia profile external killgw mycarrier").strip())
    step("Git, disk and switch are no longer the same", "drift", *here, exits=5)
    step("The agent puts both right", *agent)
    step("And now?", "drift", *here)
    step("How things stand", "status", *here)


def the_bill(real: SimulatedHost | RealHost, site: Site, once: list[str], here: list[str]) -> None:
    """A new contract, calls, faxes, and what they come to."""
    headline("Acme's contract changes: two voice minutes a month are included from now on")
    edit(site.source, CONTRACT, "account.yaml")
    step("What that does: prices are stored, the switch notices nothing", "plan",
         "--site", str(site.source), "--secrets", str(site.secrets))  # fmt: skip
    commit(site, "Acme's new contract")
    log = WORK / "agent.log"
    headline("From now on the agent runs beside the switch, as it does on a host")
    beside = [word for word in once if word != "--once"]
    with money.agent([*beside, "--interval", "1"], log):
        money.until_applied(head(site.source), here, log)
        money.calls(here)
        faxes.demonstrate(here, WORK, real.faxes)
        money.bill(["--site", str(site.source), *here], WORK)


def main() -> None:
    """From YAML to a switch that runs it, and back when somebody breaks it."""
    secrets, which = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    files(secrets)
    headline("From here on with git and a switch")
    switch(repository(), which)
    headline("What to do next")
    print("   `make demo SWITCH=freeswitch` does the same on a real FreeSWITCH of this machine")
    print("   docs/install.md puts the agent on a host; docs/agent.md says what it does there")
    print("   `.venv/bin/dialform init ~/my-site` makes a site of your own")


if __name__ == "__main__":
    main()
