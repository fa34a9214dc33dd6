"""Kernels against plain twins; a package, since other tests use the twins too."""
