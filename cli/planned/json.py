"""A plan for programs. The keys are a contract: docs/plan.md tells them."""

import json
from typing import Any

from dialform.compiler.planning.plandata import plan_data
from dialform.compiler.planning.view import View


def render(view: View) -> str:
    """One JSON object, ASCII only."""
    data: dict[str, Any] = plan_data(view.plan)
    if view.tenant:
        data["changes"] = [one for one in data["changes"] if one["tenant"] == view.tenant]
    data["refused"] = view.refused
    data["waits"] = view.waits
    return json.dumps(data, indent=2)
