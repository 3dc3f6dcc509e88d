"""How much Hypothesis tries: little on every run, much with --hypothesis-profile=deep."""

from hypothesis import HealthCheck, settings

# A slow machine is no failure, and one site for many examples is meant so.
_CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]

settings.register_profile("quick", deadline=None, suppress_health_check=_CALM)
settings.register_profile(
    "deep", deadline=None, suppress_health_check=_CALM, max_examples=5000, print_blob=True
)
settings.load_profile("quick")
