"""Whether YAML is read by the C parser: without it everything is right, and ten times slower."""

from dialform.reconcile.doctor.finding import Finding, ok, problem
from dialform.reconcile.doctor.ground import Ground

_LOOKED = "whether Python can load ruamel.yaml.clib"


async def check(ground: Ground) -> list[Finding]:
    """The parser of this Python."""
    if ground.machine.has_fast_yaml():
        return [ok("YAML parser", _LOOKED, "YAML is read by the C parser.")]
    return [
        problem(
            "YAML parser", _LOOKED, "The C parser for YAML is missing.",
            "ruamel.yaml was installed without ruamel.yaml.clib: sites are read ten times slower.",
            "Install it into the same environment: `pip install ruamel.yaml.clib`.",
        )
    ]  # fmt: skip
