"""How fast files get into a case, beside what only reads them.

    python -m benchmarks.imports --rows 1m

What is measured and how is said in docs/importers.md.
"""
