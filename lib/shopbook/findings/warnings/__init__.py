"""What is wrong or missing in the data, said before any number."""
