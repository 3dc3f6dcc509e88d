"""What moves by itself: calls, phones, queues, trunks; and what is done with calls that are up."""

from dialform.console.live.acting import PAGES as ACTS
from dialform.console.live.clicking import PAGES as CLICKS
from dialform.console.live.hub import Hub, hub_of, watch
from dialform.console.live.pages import PAGES as BOARDS

PAGES = (*BOARDS, *ACTS, *CLICKS)
BESIDE = (watch,)

__all__ = ["BESIDE", "PAGES", "Hub", "hub_of"]
