"""Worlds of any size, made day by day: a crowd, teams of all kinds, an operation."""
