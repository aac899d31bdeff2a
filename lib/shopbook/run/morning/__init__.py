"""The morning without hands: files that arrived, reports that are due, the site, the mails."""
