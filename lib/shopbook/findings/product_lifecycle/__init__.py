"""Rules of the stages of items: who rose, who fell, what to do with each."""
