"""How answers become evidence."""
