"""Completes the OpenAPI document where routes speak tus, text or statuses of their own.

What a route's input and output schemas say is generated; the table here adds the rest of the
contract (design §4): who may call, every status with its media type, headers and raw bodies.
"""

from typing import Any

from apiflask import APIFlask

Json = dict[str, Any]
PREFIX = "/api/v1"
PROBLEM = "application/problem+json"
RECORD = "application/vnd.anzai.capture+json"
CHUNK = "application/offset+octet-stream"
DELIVERY = "application/vnd.anzai.delivery"
OPEN = frozenset({"/devices", "/journal/key", "/journal/checkpoint", "/journal/consistency",
                  "/journal/inclusion"})  # fmt: skip

TEXT: Json = {"text/plain": {"schema": {"type": "string"}}}
NOTHING: Json = {}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _header(name: str, pattern: str = "", *, needed: bool = False) -> Json:
    schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
    return {"in": "header", "name": name, "required": needed, "schema": schema}


def _object(*needed: str, **properties: Json) -> Json:
    return {"type": "object", "required": list(needed or properties), "properties": properties}


STRING: Json = {"type": "string"}
NULLABLE: Json = {"type": ["string", "null"]}
WHOLE: Json = {"type": "integer"}
HASH: Json = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ID: Json = {"type": "string", "format": "uuid"}
INSTANT: Json = {"type": "string", "format": "date-time"}

# As `webapp.visits.kinds` has them, which lies above this floor; a test compares the two.
VISIT_KINDS = ["home", "pairing", "group_day", "counter", "paper", "proxy", "link",
               "remote_media", "recheck"]  # fmt: skip

SCHEMAS: dict[str, Json] = {
    "Problem": _object(
        "type", "title", "status", "detail", "code",
        type=STRING, title=STRING, status=WHOLE, detail=STRING, code=STRING,
    ),
    "IssuedTicket": _object(
        ticket=STRING, sha256=HASH, ticket_id=ID, expires_at=INSTANT, challenge_seed=STRING
    ),
    "Delivered": _object(parts={"type": "array", "items": {
        "type": "object", "required": ["status"],
        "properties": {"status": WHOLE, "code": STRING, "detail": STRING, "receipt": STRING,
                       "missing": {"type": "array", "items": HASH}, "result_id": ID,
                       "state": STRING, "kept": {"type": "boolean"}},
    }}),
    "Missing": _object(missing={"type": "array", "items": HASH}),
    "Recorded": _object(result_id=ID, state=STRING),
    "Added": _object(added=WHOLE),
    "PackVisit": _object(
        visit_id=ID, kind={"enum": VISIT_KINDS}, person_id=ID, subject_ref=STRING,
        occasion_id={"oneOf": [ID, {"type": "null"}]},
        due_on={"type": "string", "format": "date"},
        window={"oneOf": [_object(**{"from": NULLABLE, "to": NULLABLE}), {"type": "null"}]},
        status=STRING, assigned_at={"type": ["string", "null"], "format": "date-time"},
        note=STRING, attempts={"type": "array", "items": {"type": "object"}},
        returned={"oneOf": [_object(words=STRING, at=INSTANT), {"type": "null"}]},
    ),
    "PackPerson": _object(
        person_id=ID, name=STRING, masked_number=STRING, sex=NULLABLE, address=STRING,
        area=STRING, photo=NULLABLE, birth_year={"type": ["integer", "null"]},
        phones={"type": "array", "items": STRING},
        contacts={"type": "array", "items": _object(name=STRING, relation=STRING, phone=NULLABLE)},
        location={"oneOf": [
            _object(lat={"type": "number"}, lon={"type": "number"},
                    accuracy_m={"type": ["number", "null"]}),
            {"type": "null"},
        ]},
    ),
    "Pack": _object(
        cursor=STRING, next=NULLABLE, visits={"type": "array", "items": _ref("PackVisit")},
        people={"type": "array", "items": _ref("PackPerson")},
        occasions={"type": "array", "items": _object(
            occasion_id=ID, kind=STRING, place=STRING, held_on={"type": "string", "format": "date"},
        )},
        removed={"type": "array", "items": _object(visit_id=ID, reason=STRING)},
        codes={"type": ["object", "null"]}, settings={"type": ["object", "null"]},
        checkpoint=STRING, new_phones={
            "type": "array",
            "items": _object(device_kid=STRING, name=STRING, enrolled_at=STRING),
        },
        password_notice={"oneOf": [_object(at=INSTANT, by=NULLABLE), {"type": "null"}]},
    ),
}  # fmt: skip

PROBLEMS: Json = {PROBLEM: {"schema": _ref("Problem")}}
TUS = [_header("Tus-Resumable", "^1\\.0\\.0$", needed=True)]
SUM = _header("Upload-Checksum", "^(sha256|sha1) [A-Za-z0-9+/]+=*$")
OFFSET = _header("Upload-Offset", "^[0-9]{1,15}$", needed=True)
UPLOAD_ID: Json = {"in": "path", "name": "upload_id", "required": True, "schema": ID}
RAW: Json = {"schema": {"type": "string", "format": "binary"}}

# (path, method): the answers by status, beside the problems of these statuses.
ANSWERS: dict[tuple[str, str], tuple[dict[str, Json], tuple[int, ...]]] = {
    ("/devices", "post"): (
        {"201": _json(_ref("Enrolled"))}, (400, 401, 403, 409, 413, 415, 422, 429),
    ),
    ("/password", "post"): ({"204": NOTHING}, (400, 413, 415, 422, 429)),
    ("/devices/{kid}", "delete"): ({"204": NOTHING}, (404,)),
    ("/devices/{kid}/confirmation", "post"): ({"204": NOTHING}, (403, 404)),
    ("/pack", "get"): ({"200": _json(_ref("Pack"))}, (403, 422)),
    ("/people/{person_id}/photo", "get"): (
        {"200": {"image/webp": RAW, "image/jpeg": RAW}}, (404, 416),
    ),
    ("/attempts", "post"): ({"200": _json(_ref("Added"))}, (400, 404, 409, 413, 415, 422)),
    ("/tickets", "post"): (
        {"201": _json({"type": "array", "items": _ref("IssuedTicket")})},
        (400, 413, 415, 422, 429),
    ),
    ("/captures", "post"): (
        {"201": TEXT, "200": TEXT}, (400, 404, 409, 413, 415, 422, 429),
    ),
    ("/captures/{capture_id}/receipt", "get"): (
        {"200": TEXT, "202": _json(_ref("Missing"))}, (404, 422),
    ),
    ("/results", "post"): (
        {"201": _json(_ref("Recorded")), "200": _json(_ref("Recorded"))},
        (400, 404, 409, 413, 415, 422),
    ),
    ("/deliveries", "post"): (
        {"201": _json(_ref("Delivered")), "200": _json(_ref("Delivered"))}, (400, 413, 415, 503),
    ),
    ("/journal/key", "get"): ({"200": TEXT}, ()),
    ("/journal/checkpoint", "get"): ({"200": TEXT}, ()),
    ("/journal/consistency", "get"): ({"200": _json(_ref("Proof"))}, (404, 422)),
    ("/journal/inclusion", "get"): ({"200": _json(_ref("Proof"))}, (404, 422)),
    ("/uploads", "options"): ({"204": NOTHING}, ()),
    ("/uploads", "post"): (
        {"201": NOTHING}, (400, 409, 410, 412, 413, 422, 423, 429, 460, 503),
    ),
    ("/uploads/{upload_id}", "options"): ({"204": NOTHING}, (404,)),
    ("/uploads/{upload_id}", "head"): ({"200": NOTHING}, (404, 410, 412)),
    ("/uploads/{upload_id}", "patch"): (
        {"204": NOTHING}, (400, 404, 409, 410, 412, 413, 415, 422, 423, 460, 503),
    ),
    ("/uploads/{upload_id}", "delete"): ({"204": NOTHING}, (404, 409, 410, 412, 423)),
}  # fmt: skip

# What the routes read themselves, so that no schema tells of it.
ASKED: dict[tuple[str, str], Json] = {
    ("/pack", "get"): {
        "parameters": [{"in": "query", "name": "cursor", "required": False, "schema": STRING}],
    },
    ("/captures", "post"): {
        "parameters": [_header("Capture-Signature", "^[A-Za-z0-9_-]{86}$", needed=True)],
        "requestBody": {"required": True, "content": {RECORD: RAW}},
    },
    ("/captures/{capture_id}/receipt", "get"): {
        "parameters": [{"in": "query", "name": "sha256", "required": False, "schema": HASH}],
    },
    ("/deliveries", "post"): {
        "parameters": [_header("Delivery-Parts", needed=True)],
        "requestBody": {"required": True, "content": {DELIVERY: RAW}},
    },
    ("/uploads", "post"): {
        "parameters": [
            *TUS, _header("Upload-Length", "^[0-9]{1,15}$", needed=True),
            _header("Upload-Metadata", needed=True), SUM,
        ],
        "requestBody": {"required": False, "content": {CHUNK: RAW}},
    },
    ("/uploads/{upload_id}", "head"): {"parameters": [UPLOAD_ID, *TUS]},
    ("/uploads/{upload_id}", "options"): {"parameters": [UPLOAD_ID]},
    ("/uploads/{upload_id}", "delete"): {"parameters": [UPLOAD_ID, *TUS]},
    ("/uploads/{upload_id}", "patch"): {
        "parameters": [UPLOAD_ID, *TUS, OFFSET, SUM],
        "requestBody": {"required": True, "content": {CHUNK: RAW}},
    },
}  # fmt: skip


def register_openapi(app: APIFlask) -> None:
    """Complete the document of `app` whenever it is asked for."""
    app.spec_processor(complete)


def complete(spec: Json | str) -> Json:
    """Return the document with the rest of the contract in it."""
    assert isinstance(spec, dict)  # noqa: S101 - APIFlask gives text for YAML only.
    schemas = spec["components"].setdefault("schemas", {})
    for unused in ("HTTPError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(SCHEMAS)
    spec["components"]["securitySchemes"] = {"phone": {"type": "http", "scheme": "bearer"}}
    spec["servers"] = [{"url": "/"}]
    for (path, method), (answers, problems) in ANSWERS.items():
        operation = spec["paths"].setdefault(PREFIX + path, {}).setdefault(method, {})
        _complete(operation, ASKED.get((path, method), {}))
        is_open = path in OPEN or method == "options"
        operation["security"] = [] if is_open else [{"phone": []}]
        refusals = problems if is_open else (401, 403, *problems)
        operation["responses"] = {
            **{status: _answer(content) for status, content in answers.items()},
            **{str(status): _answer(PROBLEMS) for status in sorted({*refusals, 500})},
        }
    return spec


def _complete(operation: Json, asked: Json) -> None:
    operation.setdefault("tags", ["uploads"])
    known = {(given["in"], given["name"]) for given in operation.get("parameters", [])}
    added = [one for one in asked.get("parameters", []) if (one["in"], one["name"]) not in known]
    operation["parameters"] = [*operation.get("parameters", []), *added]
    if "requestBody" in asked:
        operation["requestBody"] = asked["requestBody"]


def _answer(content: Json) -> Json:
    return {"description": "See docs/api.md.", **({"content": content} if content else {})}
