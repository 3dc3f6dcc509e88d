"""Jobs, accounts and tenants of these tests."""

from dialform.fax.queue.values import Job
from dialform.fax.released import Account, Company, Trunk, Way, Ways
from dialform.values import replace

JOB = Job(
    id=7, tenant="acme", account="1050", to="+12125550177", name="City Dentist", document="d" * 64,
    title="letter.pdf", pages=3, state="queued", cause="", due=0, step=0, tries=0, confirmed=0,
    retries=3, created=0, ended=0, by="carol", batch="", host="", wish="", coarse=False,
)  # fmt: skip

ACCOUNT = Account(
    number="1050", name="Fax", e164="+12125550150", header="Acme Corp", station_id="+12125550150",
    deliver_to="", users=("carol",), cover="", retries=3, resolution="fine", t38=True, ecm=True,
    toll="national", sends=True, receives=True,
)  # fmt: skip

COMPANY = Company(
    slug="acme", name="Acme Corp", timezone="America/New_York", country="US", language="en",
    suspended=False, plan="standard", cap=20, cap_backend="hash", concurrent_faxes=2, keep_days=0,
    home="", premium="", barred=frozenset(), barred_prefixes=(), accounts={"1050": ACCOUNT},
)  # fmt: skip

TRUNK = Trunk(
    name="north", plus="+", forms="", fallback="+12125550100", caller_id_type="none",
    codecs=("PCMU", "PCMA"), limit="hash trunk north 60 !SWITCH_CONGESTION", max_faxes=4,
)  # fmt: skip

WAY = Way(
    name="us-fax", expression="^\\+1", refused="", tolls="", by_country=False, plan="standard",
    providers=("north", "south"),
)  # fmt: skip

WAYS = Ways(
    routes=(WAY,),
    trunks={"north": TRUNK, "south": replace(TRUNK, name="south", limit="", plus="")},
    forms={},
    failures=frozenset({"NORMAL_TEMPORARY_FAILURE", "GATEWAY_DOWN"}),
)
