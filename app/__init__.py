"""Naungan. Nobody imports from `app` itself; `app.factory` holds create_app."""
