"""Shutdowns and blocks: public measurements, the outages in them, and groups.

Nothing in this room names, lists, counts by itself or orders single accounts.
"""
