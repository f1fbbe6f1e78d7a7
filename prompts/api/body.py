"""A push of many prompts at once is larger than anything else that the API takes, and is taken or refused as one."""

import io
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any, Final, override

from rest_framework.parsers import BaseParser

from tenants.parsing import JSONBody
from tenants.refusals import Refused

LARGEST: Final = 32 * 1024 * 1024


class TooLarge(Refused):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class PushBody(BaseParser):
    """JSON of up to 32 MiB. Read once the caller is known to be somebody who may push."""

    # No JSONParser: of those the framework reads the body first, up to the bound that everybody has.
    media_type = "application/json"

    @override
    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TooLarge(f"A push may have at most {LARGEST:,} bytes; nothing was kept. Push fewer folders at once.")
        return JSONBody().parse(io.BytesIO(content), media_type, parser_context)
