"""What stands at the head of a statement, on every kind of paper."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dialform.billing.statements.statement import Statement
from dialform.billing.statements.values import printable


def heading(statement: Statement) -> str:
    """The title."""
    return f"Statement {statement.period}"


def letterhead(statement: Statement) -> list[str]:
    """Whose it is, what it counts in, whether it still moves. Texts of people are made printable."""
    party = statement.party
    lines = [party.company or party.tenant, party.contact]
    lines.append(
        f"Account {party.tenant}" + (f", package {party.package}" if party.package else "")
    )
    lines.append(f"Amounts in {party.currency}; days and months as in {party.timezone}")
    if statement.issued:
        moment = datetime.fromtimestamp(statement.issued // 1_000_000, UTC)
        day = moment.astimezone(ZoneInfo(party.timezone)).date()
        lines.append(f"Issued on {day.isoformat()}")
    else:
        lines.append("Not issued yet: late records may still change it")
    return [printable(line) for line in lines if line]


def warnings(statement: Statement) -> list[str]:
    """What somebody has to look at."""
    if not statement.unrated:
        return []
    what = (
        "1 call or fax has no price yet and costs"
        if statement.unrated == 1
        else f"{statement.unrated} calls or faxes have no price yet and cost"
    )
    return [f"{what} nothing so far."]
