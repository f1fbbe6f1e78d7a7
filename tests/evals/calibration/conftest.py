from tests.evals.pages.conftest import page

__all__ = ["page"]
