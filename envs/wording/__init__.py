"""Words, names and phrases that several tasks draw their questions from, all our own."""
