"""How fast exact co-actions are, beside other tools and at many sizes.

    python -m benchmarks.speed small
    python -m benchmarks.speed large --folder /a/large/disk

What is measured and how is said in docs/methods/engine-speed.md.
"""
