"""How the models of chains stand now, and what came of them lately: for pages and the API."""
