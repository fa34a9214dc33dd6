"""Tests of what a case gives away, and the small case that they share."""
