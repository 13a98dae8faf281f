"""The signed texts: the code of a pass and the list of revoked ones. Pure Python and `cryptography`, no Django.

`LCP1.key.bureau.number.plate.from.until.kind.signature`; days as YYMMDD; the signature (ECDSA P-256, SHA-256, r and s)
covers all that stands before the last dot. `LCR1.key.bureau.made.number:revoked;….signature` likewise, moments as
YYMMDDHHMM in UTC.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PASS, LIST = "LCP1", "LCR1"
_CODE = re.compile(
    r"LCP1\.[0-9a-f]{8}\.[0-9]{1,18}\.[0-9A-Z-]{1,30}\.[0-9A-Zgjx]{8,9}\.[0-9]{6}\.[0-9]{6}\.[A-Z]\.[0-9A-Za-z_-]{86}"
)


def public_key_of(private: ec.EllipticCurvePrivateKey) -> str:
    """The public half in hexadecimal: 04, x, y."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()


def key_id_of(public_key: str) -> str:
    """The short name of a key: the beginning of the digest of its public half."""
    return sha256(bytes.fromhex(public_key)).hexdigest()[:8]


def signed(private: ec.EllipticCurvePrivateKey, content: str) -> str:
    """The content with its signature behind a dot."""
    r, s = decode_dss_signature(private.sign(content.encode("ascii"), ec.ECDSA(SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"{content}.{base64.urlsafe_b64encode(raw).decode('ascii').rstrip('=')}"


def is_signed(text: str, keys: Mapping[str, str]) -> bool:
    """Whether the key that the text names, one of `keys` (name → public half), has signed it."""
    content, _, signature = text.rpartition(".")
    public_key = keys.get(content.split(".")[1] if content.count(".") else "")
    if public_key is None or not re.fullmatch(r"[0-9A-Za-z_-]{86}", signature):
        return False
    raw = base64.urlsafe_b64decode(signature + "==")
    # The last sign has bits that say nothing: a text counts only as it was written.
    if base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=") != signature:
        return False
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(public_key))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        point.verify(der, content.encode("ascii"), ec.ECDSA(SHA256()))
    except (InvalidSignature, UnicodeEncodeError):
        return False
    return True


def pass_content(
    *, key_id: str, bureau_id: int, number: str, plate: str, valid_from: date, valid_until: date, kind: str
) -> str:
    """What is signed of a pass; `plate` in plain letters. No name and no telephone: everybody can read a windscreen."""
    return f"{PASS}.{key_id}.{bureau_id}.{number}.{plate}.{valid_from:%y%m%d}.{valid_until:%y%m%d}.{kind}"


def looks_like_pass(text: str) -> bool:
    """Whether a scanned text wants to be the code of a pass."""
    return text.strip().startswith(PASS + ".")


def read_pass(text: str, keys: Mapping[str, str]) -> tuple[int, str] | None:
    """Bureau and number of a code that one of `keys` has signed; None for every other text."""
    text = text.strip()
    if not _CODE.fullmatch(text) or not is_signed(text, keys):
        return None
    parts = text.split(".")
    return int(parts[2]), parts[3]


def list_content(*, key_id: str, bureau_id: int, made_at: datetime, revoked: Iterable[tuple[datetime, str]]) -> str:
    """What is signed of the list of revoked passes: in the order of revocation."""
    rows = ";".join(f"{number}:{_moment(at)}" for at, number in sorted(revoked))
    return f"{LIST}.{key_id}.{bureau_id}.{_moment(made_at)}.{rows}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%y%m%d%H%M}"
