"""Pure policy: attempts, deadlines, choice among targets."""
