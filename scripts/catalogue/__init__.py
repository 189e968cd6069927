"""From public catalogues to the `models.yaml` of a provider: read, merge, bound, write. A tool of the maintainers.

    python -m scripts.catalogue PROVIDER [--dify NAME] [--modelsdev NAME …] [--currency CNY] [--out FILE]
    python -m scripts.catalogue --all            every provider of `providers.yaml` whose folder exists, hand-written ones aside

`providers.yaml` says which rows feed which provider and what is left out, `parameters.yaml` what a parameter is called and
which bounds it has. The same input gives the same bytes. What is not taken is printed, with the reason.
"""
