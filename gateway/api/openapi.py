"""OpenAPI 3.1, made from the table of routes and the models of the bodies; nothing in it is typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.api.call import LANGUAGES
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import ProblemBody

PROBLEM = "application/problem+json"
_REF = "#/components/schemas/{model}"
_SECURITY: dict[Access, list[dict[str, list[str]]]] = {
    Access.PUBLIC: [],
    Access.BUS: [],
    Access.METRICS: [{"figures": []}],
    Access.PORTAL: [{"key": []}],
    Access.PROVIDER: [{"key": []}],
}
_REFUSED_BY_ACCESS = {Access.METRICS: (401, 404), Access.PORTAL: (401,), Access.PROVIDER: (401, 403)}


def describe_api(routes: Iterable[Route]) -> dict[str, Any]:
    """The document that `/openapi.json` serves."""
    rows = tuple(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in rows:
        paths.setdefault(route.path, {})[route.method.lower()] = _describe(route)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "ASP Gateway", "version": _read_version()},
        "paths": paths,
        "components": {
            "schemas": _describe_models(rows),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The caller's key, of a portal or provider.",
                },
                "figures": {"type": "http", "scheme": "bearer", "description": "The token of ASP_METRICS_TOKEN."},
            },
        },
    }


def _describe(route: Route) -> dict[str, Any]:
    refusals = sorted({*route.refusals, *_REFUSED_BY_ACCESS.get(route.access, ()), 500})
    operation: dict[str, Any] = {
        "operationId": f"{route.handle.__module__.rsplit('.', 1)[-1]}.{route.handle.__name__}",
        "summary": route.summary,
        "x-access": route.access.value,
        "security": _SECURITY[route.access],
        "parameters": _describe_parameters(route),
        "responses": {
            str(route.status): {
                "description": HTTPStatus(route.status).phrase,
                "content": {media: _content(model) for media, model in route.answers.items()},
            }
        }
        | {str(status): _describe_other(status, model) for status, model in route.also.items()}
        | {str(status): _describe_refusal(status) for status in refusals},
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: _content(route.body)}}
    return operation


def _describe_parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found = [
        {"name": name, "in": "path", "required": True, "schema": text} for name in re.findall(r"{(\w+)}", route.path)
    ]
    found += [{"name": n, "in": "query", "description": d, "schema": text} for n, d in route.query.items()]
    found += [{"name": n, "in": "header", "description": d, "schema": text} for n, d in route.headers.items()]
    languages = {"type": "string", "enum": list(LANGUAGES)}
    return [*found, {"name": "Accept-Language", "in": "header", "schema": languages}]


def _content(model: type[BaseModel] | None) -> dict[str, Any]:
    return {"schema": {"$ref": _REF.format(model=model.__name__)}} if model else {}


def _describe_refusal(status: int) -> dict[str, Any]:
    return {"description": HTTPStatus(status).phrase, "content": {PROBLEM: _content(ProblemBody)}}


def _describe_other(status: int, model: type[BaseModel]) -> dict[str, Any]:
    return {"description": HTTPStatus(status).phrase, "content": {JSON: _content(model)}}


def _describe_models(routes: Iterable[Route]) -> dict[str, Any]:
    models: dict[type[BaseModel], None] = {ProblemBody: None}
    for route in routes:
        models |= dict.fromkeys(
            model for model in (route.body, *route.answers.values(), *route.also.values()) if model is not None
        )
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    definitions: dict[str, Any] = schemas["$defs"]
    return dict(sorted(definitions.items()))


def _read_version() -> str:
    try:
        return version("asp-gateway")
    except PackageNotFoundError:
        return "0"
