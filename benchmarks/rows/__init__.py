"""One module a row of the budgets; each has `measure(settings) -> RowResult`."""
