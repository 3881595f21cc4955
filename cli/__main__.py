"""``python -m cli``: the ``onrecord`` command, as `cli.run` starts its parts."""

from cli import main

main()
