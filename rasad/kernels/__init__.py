"""Compiled loops over contiguous arrays: arrays in, arrays out."""
