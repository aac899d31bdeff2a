"""Rules of a day: the shop against its market, its sources and items, ads, service, self-check."""
