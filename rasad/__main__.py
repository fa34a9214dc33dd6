"""Run the command line, as `rasad` and as `python -m rasad`."""

from __future__ import annotations

import os
import signal


def run() -> None:
    """Run it; Ctrl-C while it is being loaded ends it without a traceback."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stopped)
    from rasad.cli import main

    signal.signal(signal.SIGINT, before)
    main(prog_name="rasad")


def _stopped(*_: object) -> None:
    os.write(2, b"Stopped before anything was done.\n")
    os._exit(130)


if __name__ == "__main__":
    run()
