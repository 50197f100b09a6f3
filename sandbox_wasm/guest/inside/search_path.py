"""Where imports look beside the library: in the zip of small packages that `library.py` puts there."""

import sys

sys.path.append("/usr/local/lib/packages.zip")
