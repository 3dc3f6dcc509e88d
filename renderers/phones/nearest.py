"""The nearest of the values that a phone can be set to."""

from collections.abc import Iterable


def nearest(steps: Iterable[int], wanted: int) -> int:
    """The step that is nearest, 0 never: it mostly means something else. Of two, the larger."""
    return min((step for step in steps if step), key=lambda step: (abs(step - wanted), -step))
