"""The format of prompt files for editors, which have no login."""

import hashlib

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from prompts.files.file_schema import file_schema

_BODY = orjson.dumps(file_schema())
_TAG = f'"{hashlib.sha256(_BODY).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=lambda request: _TAG)
def prompt_schema(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_BODY, content_type="application/schema+json")
    # An editor in a browser is of another origin; there is nothing here that is not public.
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=3600)
    return response
