"""Rules of the review after a campaign: targets, effect, money, lessons."""
