"""Reports as mails and chat messages, each sent once."""
