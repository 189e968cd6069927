"""The declared world: providers, models, forms, rules, prices, profiles."""
