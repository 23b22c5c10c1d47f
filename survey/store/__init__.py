"""Tables, queries and migrations; queries return core values, not rows."""
