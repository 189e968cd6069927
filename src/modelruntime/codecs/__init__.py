"""Pure translation of wire families. No I/O, no clock."""
