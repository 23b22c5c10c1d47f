"""The demo province is what it is said to be."""
