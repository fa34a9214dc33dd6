"""Simulated worlds: ordinary life, and what is planted into it."""
