"""Whether a cheap look at a question gives its answer away.

A task whose answers can be guessed from the surface of its questions teaches a model to guess. `audit` fits small
predictors on cheap features of the text, for one task and level, and tells how often they are right on problems that
they were not fitted on.
"""

from r1ci_env.audit.shortcuts import Shortcut as Shortcut
from r1ci_env.audit.shortcuts import audit as audit
