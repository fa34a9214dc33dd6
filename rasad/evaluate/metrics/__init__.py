"""Figures that say how right a method is, and how sure one can be of them."""
