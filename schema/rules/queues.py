"""DF14xx: call queues and their agents."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class AgentTwice(Rule):
    """An agent stands twice in one queue. The switch keeps one place for an agent: the last one.

    Wrong: `agents: ["1001", {number: "1001", level: 2}]`.
    Right: `agents: [{number: "1001", level: 2}]`.
    """

    code = "DF1401"
    severity = Severity.WARNING
    message = "agent '{number}' stands twice"
    hint = "remove one"


class NoAgents(Rule):
    """A queue has no agents, so nobody ever answers its callers.

    Wrong: `"800": {name: Support}`.
    Right: `"800": {name: Support, agents: ["1001", "1002"]}`.
    """

    code = "DF1402"
    severity = Severity.WARNING
    message = "nobody answers call queue {number}: it has no agents"
    hint = 'add agents: ["1001"]'


class NoEffect(Rule):
    """Something is said of a queue that changes nothing beside the rest: a `position` where all ring
    at once, levels that `ring-all` rings together, a `timeout` that is never reached.

    Wrong: `strategy: ring-all, agents: ["1001", {number: "1002", level: 2}]`; both ring at once.
    Right: the same with `level_wait: 15`: 1002 joins in after 15 seconds.
    """

    code = "DF1403"
    severity = Severity.WARNING
    message = "{what}"
    hint = "{way}"


class SamePlace(Rule):
    """Two agents share a place in a queue that goes from place to place: one of them is passed over.
    `top-down` and `round-robin` go on with the next greater position of the level.

    Wrong: `strategy: top-down, agents: [{number: "1001", position: 1}, {number: "1002", position: 1}]`.
    Right: `strategy: top-down, agents: ["1001", "1002"]`; they are called as the list has them.
    """

    code = "DF1404"
    severity = Severity.WARNING
    message = "agents '{other}' and '{number}' share a place, so one of them is passed over"
    hint = "give each position once, or leave them out"


class WrapUpDiffers(Rule):
    """An agent of several queues rests for different times after a call. The switch keeps one time for
    an agent, whichever queue the call came from: the longest is used.

    Wrong: 1001 is an agent of 800 with `wrap_up: 10` and of 801 with `wrap_up: 30`; it rests 30 seconds.
    Right: the same `wrap_up` in both queues, or at the agent in both.
    """

    code = "DF1405"
    severity = Severity.WARNING
    message = "agent '{number}' rests {here} s here and {there} s in call queue {queue}; {longest} s are used"
    hint = "say the same time in both"


class NoWayToLogIn(Rule):
    """Agents log in on their phones with the feature code `agent_login`, and it is switched off. So
    nobody can take calls of the queues.

    Wrong: `feature_codes: {agent_login: null}` while there are call queues.
    Right: `feature_codes: {agent_login: "*22"}`.
    """

    code = "DF1406"
    severity = Severity.WARNING
    message = "no agent can log in to call queue {number}: the feature code agent_login is off"
    hint = 'set feature_codes: {{agent_login: "*22"}}'


class AgentIsFax(Rule):
    """An agent of a queue is a fax machine.

    Wrong: `agents: ["1050"]` while extension 1050 says `type: fax`.
    Right: agents are people with phones.
    """

    code = "DF1407"
    message = "agent '{number}' is a fax machine"
    hint = "name an extension with a phone"


class WaitsForEver(Rule):
    """A queue says neither how long callers wait nor where they go while no agent is logged in. Whoever
    calls at night waits until they give up.

    Wrong: `"800": {name: Support, agents: ["1001"]}`.
    Right: the same with `no_agent: {voicemail: "1999"}`, or with `max_wait: 300` and a `timeout`.
    """

    code = "DF1408"
    severity = Severity.WARNING
    message = "who calls queue {number} while no agent is logged in waits for ever"
    hint = 'add no_agent: {{voicemail: "..."}}, or max_wait and timeout'
