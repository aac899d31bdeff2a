"""Rules turn analysis into findings: one answer each, with an owner and a next step."""
