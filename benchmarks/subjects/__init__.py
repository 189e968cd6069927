"""What is measured: each module is one library, each of its functions one case."""
