"""How much is looked at: all of it where time is no matter, the greater part at a desk.

`.ci/run` and CI=true look at everything; without it the suite has to end within three minutes.
What is left out then is a combination of what is looked at one by one.
"""

import os

THOROUGH = os.environ.get("CI") == "true"
