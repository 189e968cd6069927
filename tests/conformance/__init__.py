"""What each provider declares, tried: its capabilities are stamped into cases, and simulators that judge as strictly as the
vendors' own types answer them. `python -m tests.conformance` prints what is tried for whom."""
