"""The engine's former entry point."""

from papermill_warm.entry_point import WarmEngine

__all__ = ["WarmEngine"]
