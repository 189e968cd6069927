"""The control plane: what an operator and the console ask and change, over HTTP under `/api`."""
