"""Servers on loopback that a test starts and ends: a mailbox, a bucket."""
