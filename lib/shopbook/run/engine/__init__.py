"""The engine's former place, for installations whose papermill entry point still names it."""
