"""`python -m modelruntime`: the command line."""

from modelruntime.cli.main import main

raise SystemExit(main())
