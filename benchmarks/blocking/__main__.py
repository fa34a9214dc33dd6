"""Print false alarms, and recall and error of the onset by size and length of a block.

python -m benchmarks.blocking --worlds 40
"""

from __future__ import annotations

import argparse
from itertools import product

import numpy as np
from scipy.stats import chi2

from benchmarks.blocking.worlds import BEGIN, COUNTRIES, DAYS, planted, world
from rasad.connectivity.blocking import YEARS, blocks
from rasad.connectivity.durations import DAY_US

ALIKE = (0.0, 0.5, 0.8)
RISES = (0.7, 1.1, 1.6)
LENGTHS = (5, 20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=40)
    worlds = parser.parse_args().worlds
    years = worlds * len(COUNTRIES) * DAYS / 365
    allowed = 1 / (YEARS * len(COUNTRIES))
    print(f"{worlds} worlds of {len(COUNTRIES)} countries, {years:,.0f} series-years")
    print(f"\nFalse blocks a series-year, at most {allowed:.3f} allowed, 95 % interval")
    for alike in ALIKE:
        n = sum(len(blocks(world(seed, alike=alike))) for seed in range(worlds))
        low = chi2.ppf(0.025, 2 * n) / 2 / years if n else 0.0
        high = chi2.ppf(0.975, 2 * n + 2) / 2 / years
        print(f"  days {alike:.1f} alike: {n / years:.3f} ({low:.3f} to {high:.3f})")
    found = sum(len(planted(blocks(world(n, fault=1.6)))) for n in range(worlds))
    print(f"\nA fault of all tests taken for a block: {found} of {worlds} worlds")
    print("\nodds  days  recall  mean error of the onset  inside its interval")
    for rise, length in product(RISES, LENGTHS):
        _line(rise, length, worlds)


def _line(rise: float, length: int, worlds: int) -> None:
    made = (world(seed, blocked=rise, length=length) for seed in range(worlds))
    rows = [planted(blocks(one), length) for one in made]
    hits = [each[0] for each in rows if each]
    errors = [abs(one.started_us / DAY_US - BEGIN) for one in hits]
    inside = [
        one.started_low_us <= BEGIN * DAY_US <= one.started_high_us for one in hits
    ]
    mean = f"{np.mean(errors):.1f} days" if errors else "-"
    print(
        f"{np.exp(rise):>4.1f}x {length:>4}  {len(hits) / worlds:>6.2f}  {mean:>23}  "
        f"{sum(inside)} of {len(hits)}"
    )


if __name__ == "__main__":
    main()
