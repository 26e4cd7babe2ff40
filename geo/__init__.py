"""Places, geometry, the events table, and everything drawn from it."""
