"""The console paths of Dify with its payloads and answers, both generations, so that a front end written for it works here.

Read 2026-11-28: https://github.com/langgenius/dify `api/controllers/console/workspace/model_providers.py`, `models.py` and
`load_balancing_config.py`, `api/services/entities/model_provider_entities.py`; written anew from what they take and give.
"""
