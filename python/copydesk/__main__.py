"""The command: `copydesk` and `python -m copydesk`."""

import signal
import sys

from copydesk._copydesk import command


def main() -> int:
    # Ctrl-C is the command's to handle, not the interpreter's, which sees nothing before the command ends.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return command(["copydesk", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
