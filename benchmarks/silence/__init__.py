"""Whether D1 is found where a group goes dark, and not found where none does.

python -m benchmarks.silence
python -m benchmarks.silence short
python -m benchmarks.silence power
python -m benchmarks.silence worlds --seeds 3
"""
