"""Other ways into the inbox than a person's hands: a mailbox, a folder behind a URL, a query of a database.

Each only brings files to data/inbox/; there they meet the same checks as any download.
"""
