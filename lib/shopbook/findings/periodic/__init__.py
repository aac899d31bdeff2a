"""The week's and the month's sheets and targets."""
