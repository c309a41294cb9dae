"""Settings of all tests: generated examples are the same in every run, so that a failure is the change's own.

For a search with fresh examples: `HYPOTHESIS_PROFILE=search make test`.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
