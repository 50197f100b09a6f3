"""The tasks: one file each, in symbench/, bbh/ and reasoning_gym/<category>/."""
