"""What the error bars promise, measured on worlds whose truth is known.

    python -m benchmarks.errorbars null --seeds 200 --ring
    python -m benchmarks.errorbars labelled --data ../shared/data

Every command prints a small table, then one line per target: reached or not. The worlds
are drawn here and share nothing with the detector but the file they are written to.
"""
