"""From YAML files to the structs of the declared world. Imported only when a declaration is new."""
