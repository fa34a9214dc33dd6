"""One line for every format: where each record and byte of a file went.

    python -m benchmarks.formats --data ../shared/data

Files of every format are made to its documented schema and imported, each into a new
case, by the command that people use; so are real files, where a folder has them.
"""
