"""What all tests share."""

from hypothesis import settings

# The same examples on every run: a failure belongs to the change that made it, and can be looked at again.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
