"""The journal over HTTP (design §4), open to all: whoever holds a receipt may check it."""

from apiflask import APIBlueprint
from flask import Response

from webapp.access.decorators import open_to_all
from webapp.journal import service
from webapp.journal.rules import EntryType
from webapp.journal.schemas import Consistency, Inclusion, Proof

blueprint = APIBlueprint("journal_api", __name__, url_prefix="/api/v1/journal", tag="journal")


@blueprint.get("/key")
@open_to_all
def key() -> Response:
    """Give the verifier key (C2SP vkey) by which checkpoints and receipts are checked."""
    return _text(service.verifier_key() + "\n")


@blueprint.get("/checkpoint")
@open_to_all
def checkpoint() -> Response:
    """Give the signed checkpoint over all that is committed (C2SP tlog-checkpoint)."""
    return _text(service.checkpoint())


@blueprint.get("/consistency")
@open_to_all
@blueprint.input(Consistency, location="query", arg_name="sizes")
@blueprint.output(Proof)
def consistency(sizes: Consistency) -> Proof:
    """Prove that the tree of `from` entries is the beginning of the tree of `to` entries."""
    return Proof.of(service.consistency_proof(start=sizes.start, end=sizes.end))


@blueprint.get("/inclusion")
@open_to_all
@blueprint.input(Inclusion, location="query", arg_name="place")
@blueprint.output(Proof)
def inclusion(place: Inclusion) -> Proof:
    """Prove that entry `index` is in the tree of `size` entries."""
    return Proof.of(service.inclusion_proof(index=place.index, size=place.size))


@blueprint.get("/restores")
@open_to_all
def restores() -> dict[str, list[str]]:
    """Give the receipts of the entries that record a restore of the database, the newest last."""
    return {"receipts": service.receipts_of_type(EntryType.JOURNAL_RESTORED)}


def _text(content: str) -> Response:
    return Response(content, mimetype="text/plain")
