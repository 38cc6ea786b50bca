"""A verdict in plain values for JSON: in full for whoever has the document, masked for records that others read."""

from __future__ import annotations

from datetime import datetime

from signing.verdict import Signer, SignerVerdict, Stage, Verdict


def report(verdict: Verdict) -> dict[str, object]:
    """Everything, with the IIN: for the one who brought the document."""
    return {
        "format": verdict.format,
        "indication": str(verdict.indication),
        "sub_indication": _text(verdict.sub_indication),
        "stage": _text(verdict.stage),
        "reason": verdict.reason,
        "signers": [_report_signer(one) for one in verdict.signers],
        "signed_content_sha256": verdict.content_sha256,
    }


def record(verdict: Verdict) -> dict[str, object]:
    """For the dossier: the same, with masked IINs."""
    told = report(verdict)
    return told | {
        "signers": [
            _report_signer(one) | {"iin": one.signer.masked_iin if one.signer else None} for one in verdict.signers
        ]
    }


def _report_signer(one: SignerVerdict) -> dict[str, object]:
    return {
        **_name(one.signer),
        "algorithm": one.algorithm,
        "signed_at": _moment(one.signed_at),
        "stamped_at": _moment(one.stamped_at),
        "judged_at": _moment(one.judged_at),
        "stages": {
            str(stage): {
                "status": str(one.stages[stage].status),
                "reason": one.stages[stage].reason,
                "sub_indication": _text(one.stages[stage].sub_indication),
            }
            for stage in Stage
        },
    }


def _name(signer: Signer | None) -> dict[str, object]:
    if signer is None:
        return {"iin": None, "bin": None, "name": None, "role": None, "roles": [], "certificate": None}
    return {
        "iin": signer.iin,
        "bin": signer.bin,
        "name": signer.common_name,
        "role": signer.role,
        "roles": list(signer.roles),
        "certificate": {
            "serial": f"{signer.serial_number:x}",
            "issuer": signer.issuer,
            "not_before": _moment(signer.not_before),
            "not_after": _moment(signer.not_after),
            "sha256": signer.certificate_sha256,
        },
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _text(word: object | None) -> str | None:
    return None if word is None else str(word)
