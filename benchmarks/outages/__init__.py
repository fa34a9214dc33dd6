"""How well outages are found, on series whose truth is known, beside IODA's rule.

    python -m benchmarks.outages synthetic --series 1000
    python -m benchmarks.outages events --data ../shared/data/shutdown

The synthetic series are drawn here and share nothing with the detector.
"""
